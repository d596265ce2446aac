-- One row per work of which catalog and prediction name different styles, the surest first.
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
