-- One row per style and measure of a model's variant on a part.
SELECT
    style,
    metric,
    value,
    lower,
    upper,
    support
FROM evaluations
WHERE
    model_version = $model_version
    AND scheme = $scheme
    AND part = $part
    AND prior_correction = $prior_correction
    AND coalesce(evidence, 'all') = 'all'
    AND style <> 'all'
ORDER BY style, metric
