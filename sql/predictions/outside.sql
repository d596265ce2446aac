-- One row per artwork of the relation `prediction_inputs` that is outside the vocabulary and has no row in
-- `predictions` yet: that row. No classifier made it, and it proposes no style.
SELECT
    prediction_inputs.artwork_id,
    prediction_inputs.prediction_key,
    prediction_inputs.catalog,
    NULL::VARCHAR AS model_version,
    prediction_inputs.image_sha256,
    NULL::VARCHAR AS style,
    NULL::DOUBLE AS confidence,
    []::STRUCT("style" VARCHAR, "confidence" DOUBLE)[] AS top_k,
    'outside' AS decision,
    FALSE AS in_training,
    '' AS pattern,
    []::STRUCT(
        "evidence" VARCHAR, "style" VARCHAR, "probability" DOUBLE, "weight" DOUBLE, "basis" VARCHAR
    )[] AS evidence,
    prediction_inputs.outside AS because
FROM prediction_inputs
ANTI JOIN predictions
    ON
        prediction_inputs.artwork_id = predictions.artwork_id
        AND prediction_inputs.prediction_key = predictions.prediction_key
WHERE prediction_inputs.outside IS NOT NULL AND NOT prediction_inputs.removed
ORDER BY prediction_inputs.artwork_id
