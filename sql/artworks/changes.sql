-- One row per artwork of the catalog that differs from the table: new, changed, removed or returned.
WITH now_there AS (
    SELECT * FROM ingested_rows
    WHERE outcome = 'artwork'
),

known AS (
    SELECT * FROM artworks
    WHERE catalog = $catalog
),

compared AS (
    SELECT
        known.first_seen_at AS known_since,
        CASE
            WHEN known.artwork_id IS NULL THEN 'new'
            WHEN known.removed_at IS NOT NULL THEN 'returned'
            WHEN known.row_hash <> now_there.row_hash THEN 'changed'
            ELSE 'unchanged'
        END AS change,
        now_there.*
    FROM now_there
    LEFT JOIN known ON now_there.artwork_id = known.artwork_id
)

SELECT
    compared.* EXCLUDE (known_since),
    $catalog AS catalog,
    coalesce(known_since, $now) AS first_seen_at,
    $now AS last_changed_at,
    NULL::TIMESTAMPTZ AS removed_at
FROM compared
WHERE change <> 'unchanged'
UNION ALL BY NAME
SELECT
    'removed' AS change,
    known.* REPLACE ($now AS removed_at)
FROM known
WHERE
    known.removed_at IS NULL
    AND known.artwork_id NOT IN (SELECT now_there.artwork_id FROM now_there)
-- In order of the key, so that each slice of a merge meets few files of the table.
ORDER BY artwork_id
