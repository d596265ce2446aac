-- Is the classifier calibrated? Artworks that it was not trained on, by confidence.
SELECT
    floor(confidence * 5) / 5 AS confidence_from,
    count(*) AS works,
    round(avg(confidence), 2) AS mean_confidence,
    round(avg((predicted_style = catalog_style)::INTEGER), 2) AS share_right
FROM enriched
WHERE NOT in_training AND catalog_style IS NOT NULL
GROUP BY ALL
ORDER BY confidence_from
