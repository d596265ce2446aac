-- One row per artwork and flag: the reason to check it.
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
