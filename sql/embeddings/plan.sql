-- One row per image to embed with an encoder: a shard that contains it, and the reason.
-- An image that several artworks share is embedded once.
WITH wanted AS (
    SELECT
        images.sha256,
        min(images.shard) AS shard
    FROM images
    INNER JOIN artworks ON images.artwork_id = artworks.artwork_id
    WHERE
        images.status = 'ok'
        AND artworks.removed_at IS NULL
        AND ($catalog IS NULL OR artworks.catalog = $catalog)
    GROUP BY images.sha256
),

done AS (
    SELECT DISTINCT image_sha256
    FROM embeddings
    WHERE encoder = $encoder AND preprocessing = $preprocessing
),

known AS (
    SELECT DISTINCT image_sha256
    FROM embeddings
)

SELECT
    wanted.shard,
    wanted.sha256,
    CASE WHEN known.image_sha256 IS NULL THEN 'a new image' ELSE 'a different encoder' END AS why
FROM wanted
ANTI JOIN done ON wanted.sha256 = done.image_sha256
LEFT JOIN known ON wanted.sha256 = known.image_sha256
ORDER BY wanted.shard, wanted.sha256
