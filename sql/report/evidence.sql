-- One row per pattern of evidence that predictions rest on: how many, their decisions, how many are
-- flagged, and of those with a catalog label that the model was not trained on, how many agree with it.
SELECT
    pattern,
    count(*) AS works,
    count(*) FILTER (WHERE decision = 'accepted') AS accepted,
    count(*) FILTER (WHERE decision = 'review') AS uncertain,
    count(*) FILTER (WHERE decision = 'abstained') AS abstained,
    count(*) FILTER (WHERE len(flags) > 0) AS flagged,
    count(*) FILTER (WHERE catalog_style IS NOT NULL AND NOT in_training) AS labelled,
    count(*) FILTER (WHERE catalog_style = predicted_style AND NOT in_training) AS agreeing
FROM enriched
WHERE
    predicted_style IS NOT NULL
    AND ($catalog IS NULL OR catalog = $catalog)
GROUP BY pattern
ORDER BY works DESC, pattern
