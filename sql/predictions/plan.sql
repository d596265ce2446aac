-- One row per shard of images and reason: how many of its works the classifier has not judged, and
-- why that is to be done. A key covers the image and all that the classifier's answer depends on.
WITH wanted AS (
    SELECT
        images.artwork_id,
        images.sha256,
        images.shard,
        sha256(images.sha256 || '|' || $classifier_key) AS prediction_key
    FROM images
    INNER JOIN artworks ON images.artwork_id = artworks.artwork_id
    WHERE
        images.status = 'ok'
        AND artworks.removed_at IS NULL
        AND ($catalog IS NULL OR artworks.catalog = $catalog)
),

judged AS (
    SELECT
        artwork_id,
        image_sha256
    FROM predictions
    GROUP BY ALL
)

SELECT
    wanted.shard,
    CASE
        WHEN same_image.artwork_id IS NOT NULL THEN 'another classifier'
        WHEN wanted.artwork_id IN (SELECT artwork_id FROM judged) THEN 'another image'
        ELSE 'a new work'
    END AS why,
    count(*) AS works
FROM wanted
ANTI JOIN predictions
    ON
        wanted.artwork_id = predictions.artwork_id
        AND wanted.prediction_key = predictions.prediction_key
LEFT JOIN judged AS same_image
    ON
        wanted.artwork_id = same_image.artwork_id
        AND wanted.sha256 = same_image.image_sha256
GROUP BY ALL
ORDER BY ALL
