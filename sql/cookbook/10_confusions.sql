-- Which styles does the image classifier confuse, among artworks that the model was not trained on?
WITH by_evidence AS (
    SELECT
        catalog_style,
        unnest(evidence) AS by_itself
    FROM enriched
    WHERE NOT in_training AND catalog_style IS NOT NULL
)

SELECT
    catalog_style,
    by_itself.style AS image_style,
    count(*) AS works
FROM by_evidence
WHERE by_itself.evidence = 'image' AND by_itself.style <> catalog_style
GROUP BY ALL
ORDER BY works DESC, catalog_style, image_style
LIMIT 5
