-- What do predictions rest on, and how often do they agree with labels that the model was not trained on?
SELECT
    pattern,
    count(*) AS works,
    count(*) FILTER (WHERE decision = 'accepted') AS accepted,
    count(*) FILTER (WHERE catalog_style IS NOT NULL AND NOT in_training) AS labelled,
    round(avg((predicted_style = catalog_style)::INTEGER) FILTER (WHERE NOT in_training), 2) AS share_right,
    min(because) AS example
FROM enriched
WHERE predicted_style IS NOT NULL
GROUP BY ALL
ORDER BY works DESC, pattern
