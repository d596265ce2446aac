-- One row per measure of a model over all styles of a part.
SELECT evaluations.*
FROM evaluations
WHERE evaluations.model_version = $model_version AND evaluations.style = 'all'
ORDER BY evaluations.scheme, evaluations.part DESC, evaluations.metric
