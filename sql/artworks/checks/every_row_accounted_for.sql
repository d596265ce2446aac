-- fail: a row that was read is neither an artwork, nor a duplicate, nor in quarantine with a reason
WITH accounted AS (
    SELECT * FROM ingested_rows
    WHERE outcome IN ('artwork', 'duplicate') OR (outcome = 'quarantined' AND reason IS NOT NULL)
)

SELECT line
FROM staged
ANTI JOIN accounted ON staged.line = accounted.line
