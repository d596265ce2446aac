-- fail: a row that was read is neither a work, nor a duplicate, nor in the quarantine with a reason
SELECT line
FROM staged
ANTI JOIN (
    SELECT * FROM ingested_rows
    WHERE outcome IN ('artwork', 'duplicate') OR (outcome = 'quarantined' AND reason IS NOT NULL)
) AS accounted ON staged.line = accounted.line
