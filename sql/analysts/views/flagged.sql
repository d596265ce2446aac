-- One row per work and reason why a person should look at it.
SELECT
    flag,
    artwork_id,
    artist,
    title,
    catalog_style,
    predicted_style,
    confidence
FROM (
    SELECT
        unnest(flags) AS flag,
        *
    FROM enriched
) AS reported
ORDER BY flag, artwork_id
