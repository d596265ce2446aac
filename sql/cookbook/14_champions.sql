-- Which models are champions, and what are their metrics on test artworks of unseen artists?
SELECT
    promotions.role,
    models.method,
    round(evaluations.value, 3) AS macro_f1,
    round(evaluations.lower, 3) AS from_95,
    round(evaluations.upper, 3) AS to_95,
    evaluations.support AS works
FROM promotions
INNER JOIN models ON promotions.model_version = models.model_version
LEFT JOIN evaluations
    ON
        models.model_version = evaluations.model_version
        AND evaluations.scheme = 'artist'
        AND evaluations.part = 'test'
        AND evaluations.style = 'all'
        AND evaluations.evidence = 'all'
        AND evaluations.metric = 'macro_f1'
        AND evaluations.prior_correction = (models.config ->> 'prior_correction')::BOOLEAN
QUALIFY row_number() OVER (PARTITION BY promotions.role ORDER BY promotions.promoted_at DESC) = 1
ORDER BY promotions.role
