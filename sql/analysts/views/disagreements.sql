-- One row per artwork whose catalog style and prediction differ, the most confident first.
SELECT
    artwork_id,
    artist,
    title,
    catalog_style,
    predicted_style,
    confidence
FROM enriched
WHERE disagrees
ORDER BY confidence DESC, artwork_id ASC
