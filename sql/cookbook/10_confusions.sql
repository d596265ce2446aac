-- Which styles does the classifier take for which other ones?
SELECT
    catalog_style,
    predicted_style,
    count(*) AS works
FROM enriched
WHERE disagrees AND NOT removed AND NOT in_training
GROUP BY ALL
ORDER BY works DESC, catalog_style, predicted_style
LIMIT 5
