-- One row per flag: how many artworks have it.
SELECT
    flag,
    count(*) AS works
FROM (
    SELECT unnest(flags) AS flag
    FROM enriched
    WHERE $catalog IS NULL OR catalog = $catalog
) AS flagged
GROUP BY flag
ORDER BY works DESC, flag
