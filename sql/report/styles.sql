-- One row per style that counts, null where nobody knows it: works by where the style came from.
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
