-- One row per measure of a model over all styles of a part, of the variant (with or without prior
-- correction) that the model predicts with.
SELECT evaluations.*
FROM evaluations
INNER JOIN models ON evaluations.model_version = models.model_version
WHERE
    evaluations.model_version = $model_version
    AND evaluations.style = 'all'
    AND coalesce(evaluations.evidence, 'all') = 'all'
    AND evaluations.prior_correction = coalesce((models.config ->> '$.prior_correction')::BOOLEAN, FALSE)
ORDER BY evaluations.scheme, evaluations.part DESC, evaluations.metric
