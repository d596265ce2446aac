-- One row per trained model: its kind, its roles, its metrics on the validation part of its split.
WITH roles AS (
    SELECT
        champions.model_version,
        list(champions.role ORDER BY champions.role) AS roles
    FROM champions
    GROUP BY ALL
),

figures AS (
    SELECT
        evaluations.model_version,
        evaluations.scheme,
        any_value(evaluations.support) FILTER (WHERE evaluations.metric = 'accuracy') AS validation_works,
        any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'accuracy') AS accuracy,
        any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'majority_accuracy') AS majority_accuracy,
        any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'macro_f1') AS macro_f1,
        any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'majority_macro_f1') AS majority_macro_f1,
        any_value(evaluations.value) FILTER (WHERE evaluations.metric = 'ece') AS ece
    FROM evaluations
    INNER JOIN models ON evaluations.model_version = models.model_version
    WHERE
        evaluations.style = 'all'
        AND coalesce(evaluations.evidence, 'all') = 'all'
        AND evaluations.part = 'validation'
        AND evaluations.prior_correction = coalesce((models.config ->> '$.prior_correction')::BOOLEAN, FALSE)
    GROUP BY ALL
)

SELECT
    models.model_version,
    models.method,
    models.kind,
    models.architecture,
    models.scheme,
    models.preset,
    models.works,
    models.created_at,
    models.imported_at,
    coalesce(roles.roles, []) AS roles,
    figures.validation_works,
    figures.accuracy,
    figures.majority_accuracy,
    figures.macro_f1,
    figures.majority_macro_f1,
    figures.ece
FROM models
LEFT JOIN roles ON models.model_version = roles.model_version
LEFT JOIN figures ON models.model_version = figures.model_version AND models.scheme = figures.scheme
ORDER BY models.created_at DESC, models.model_version
