-- One row per catalog: up to which versions of `enriched` and `artworks` its changes are reported,
-- and who was the champion then. Only a run that was completed has reported.
WITH done AS (
    SELECT
        catalog,
        started_at,
        json_extract_string(result, '$.champion') AS champion,
        json_extract(result, '$.reported.enriched')::BIGINT AS enriched,
        json_extract(result, '$.reported.artworks')::BIGINT AS artworks
    FROM runs
    WHERE status = 'completed' AND json_extract(result, '$.reported') IS NOT NULL
),

catalogs AS (
    SELECT DISTINCT catalog
    FROM artworks
    WHERE $catalog IS NULL OR catalog = $catalog
)

SELECT
    catalogs.catalog,
    coalesce(max(done.enriched), 0) AS enriched,
    coalesce(max(done.artworks), 0) AS artworks,
    arg_max(done.champion, done.started_at) AS champion
FROM catalogs
-- A run over all catalogs names none.
LEFT JOIN done ON done.catalog IS NULL OR catalogs.catalog = done.catalog
GROUP BY catalogs.catalog
ORDER BY catalogs.catalog
