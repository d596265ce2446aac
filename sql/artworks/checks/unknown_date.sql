-- warn: the share of works without a known date is up by a tenth or more since last time
WITH now_there AS (
    SELECT count(*) FILTER (WHERE date_latest IS NULL) / count(*) AS unknown
    FROM ingested_rows
    WHERE outcome = 'artwork'
),

known AS (
    SELECT count(*) FILTER (WHERE date_latest IS NULL) / count(*) AS unknown
    FROM artworks
    WHERE catalog = $catalog AND removed_at IS NULL
)

SELECT
    now_there.unknown,
    known.unknown AS unknown_before
FROM now_there
CROSS JOIN known
WHERE now_there.unknown >= known.unknown + 0.1
