-- One row per artwork that the classifier has yet to predict, of the relation `prediction_inputs`, and why: its key is
-- in no row of `predictions`. An artwork whose image has no embedding yet waits for it.
WITH earlier AS (
    SELECT
        artwork_id,
        list(DISTINCT model_version) AS models,
        list(DISTINCT coalesce(image_sha256, '')) AS images
    FROM predictions
    GROUP BY artwork_id
)

SELECT
    prediction_inputs.artwork_id,
    CASE
        WHEN earlier.artwork_id IS NULL THEN 'a new artwork'
        WHEN NOT list_contains(earlier.models, $model_version) THEN 'a different classifier'
        WHEN NOT list_contains(earlier.images, coalesce(prediction_inputs.image_sha256, '')) THEN 'a different image'
        ELSE 'different facts or labels'
    END AS why
FROM prediction_inputs
ANTI JOIN predictions
    ON
        prediction_inputs.artwork_id = predictions.artwork_id
        AND prediction_inputs.prediction_key = predictions.prediction_key
LEFT JOIN earlier ON prediction_inputs.artwork_id = earlier.artwork_id
WHERE NOT prediction_inputs.removed AND prediction_inputs.outside IS NULL
ORDER BY prediction_inputs.artwork_id
