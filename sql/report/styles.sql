-- One row per effective style, null for unknown: artworks by the source of the style.
SELECT
    style,
    count(*) AS works,
    count(*) FILTER (WHERE style_source = 'catalog') AS from_catalog,
    count(*) FILTER (WHERE style_source = 'reviewed') AS from_reviews,
    count(*) FILTER (WHERE style_source = 'predicted') AS from_predictions
FROM enriched
WHERE $catalog IS NULL OR catalog = $catalog
GROUP BY style
ORDER BY works DESC, style
