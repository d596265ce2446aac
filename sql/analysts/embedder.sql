-- One row, or none: the champion embedder and how it is run.
WITH champion AS (
    SELECT arg_max(model_version, (promoted_at, model_version)) AS model_version
    FROM promotions
    WHERE role = 'embedder'
)

SELECT
    serving.model_version,
    serving.precision,
    serving.encoders[1] AS encoder,
    serving.preprocessing
FROM serving
INNER JOIN champion ON serving.model_version = champion.model_version
