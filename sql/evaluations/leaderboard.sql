-- One row per model and part of its split: the overall measures beside the majority class's.
SELECT
    models.model_version,
    models.kind,
    models.architecture,
    evaluations.scheme,
    evaluations.part,
    any_value(evaluations.support) AS works,
    any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'accuracy') AS accuracy,
    any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'majority_accuracy') AS majority_accuracy,
    any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'macro_f1') AS macro_f1,
    any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'majority_macro_f1') AS majority_macro_f1,
    any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'balanced_accuracy') AS balanced_accuracy,
    any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'ece') AS ece,
    any_value(models.created_at) AS created_at
FROM evaluations
INNER JOIN models ON evaluations.model_version = models.model_version
WHERE evaluations.style = 'all'
GROUP BY ALL
ORDER BY evaluations.scheme, evaluations.part DESC, macro_f1 DESC
