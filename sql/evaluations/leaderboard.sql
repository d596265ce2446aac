-- One row per model, part of its split, evidence that it was given, and variant (with or without prior
-- correction): the overall measures with the bounds of their 95 % intervals, and all of them again in
-- `measures`. `configured` says which variant the model predicts with; `out_of_fold`, that the validation part was
-- predicted by models of other folds. The artist-disjoint split comes first, and in it the part in which the most
-- artworks were predicted by models that were not trained on them.
WITH measured AS (
    SELECT * REPLACE (coalesce(evidence, 'all') AS evidence)
    FROM evaluations
    WHERE style = 'all'
),

board AS (
    SELECT
        models.model_version,
        models.method,
        models.kind,
        models.architecture,
        measured.scheme,
        measured.part,
        measured.evidence,
        measured.prior_correction,
        measured.prior_correction = coalesce((models.config ->> '$.prior_correction')::BOOLEAN, FALSE) AS configured,
        coalesce((models.config ->> '$.cross_validate')::BOOLEAN, FALSE) AS out_of_fold,
        any_value(measured.support) FILTER (WHERE measured.metric = 'accuracy') AS works,
        any_value(measured.value) FILTER (WHERE measured.metric = 'accuracy') AS accuracy,
        any_value(measured.lower) FILTER (WHERE measured.metric = 'accuracy') AS accuracy_lower,
        any_value(measured.upper) FILTER (WHERE measured.metric = 'accuracy') AS accuracy_upper,
        any_value(measured.value) FILTER (WHERE measured.metric = 'macro_f1') AS macro_f1,
        any_value(measured.lower) FILTER (WHERE measured.metric = 'macro_f1') AS macro_f1_lower,
        any_value(measured.upper) FILTER (WHERE measured.metric = 'macro_f1') AS macro_f1_upper,
        any_value(measured.value) FILTER (WHERE measured.metric = 'balanced_accuracy') AS balanced_accuracy,
        any_value(measured.lower) FILTER (WHERE measured.metric = 'balanced_accuracy') AS balanced_accuracy_lower,
        any_value(measured.upper) FILTER (WHERE measured.metric = 'balanced_accuracy') AS balanced_accuracy_upper,
        any_value(measured.value) FILTER (WHERE measured.metric = 'top3_accuracy') AS top3_accuracy,
        any_value(measured.lower) FILTER (WHERE measured.metric = 'top3_accuracy') AS top3_accuracy_lower,
        any_value(measured.upper) FILTER (WHERE measured.metric = 'top3_accuracy') AS top3_accuracy_upper,
        any_value(measured.value) FILTER (WHERE measured.metric = 'majority_accuracy') AS majority_accuracy,
        any_value(measured.value) FILTER (WHERE measured.metric = 'majority_macro_f1') AS majority_macro_f1,
        any_value(measured.value) FILTER (WHERE measured.metric = 'ece') AS ece,
        any_value(measured.value) FILTER (WHERE measured.metric = 'ece_uncalibrated') AS ece_uncalibrated,
        list({
            'metric': measured.metric,
            'value': measured.value,
            'lower': measured.lower,
            'upper': measured.upper,
            'support': measured.support
        } ORDER BY measured.metric) AS measures,
        any_value(models.created_at) AS created_at
    FROM measured
    INNER JOIN models ON measured.model_version = models.model_version
    GROUP BY ALL
)

SELECT *
FROM board
ORDER BY
    scheme,
    max(works) FILTER (WHERE part = 'test' OR out_of_fold) OVER (PARTITION BY scheme, part) DESC NULLS LAST,
    part,
    evidence <> 'all',
    len(string_split(evidence, '+')),
    list_position(['image', 'facts', 'facts, with an image', 'other works'], evidence) NULLS LAST,
    macro_f1 DESC NULLS LAST,
    model_version,
    prior_correction
