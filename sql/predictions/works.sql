-- One row per work of some shards that the classifier has not judged: what is needed beside its
-- vectors to record a prediction.
SELECT
    images.artwork_id,
    images.catalog,
    images.sha256 AS image_sha256,
    sha256(images.sha256 || '|' || $classifier_key) AS prediction_key,
    coalesce(list_contains($learned, splits.part), FALSE) AS in_training
FROM images
INNER JOIN artworks ON images.artwork_id = artworks.artwork_id
LEFT JOIN splits ON images.artwork_id = splits.artwork_id AND splits.scheme = $scheme
ANTI JOIN predictions
    ON
        images.artwork_id = predictions.artwork_id
        AND sha256(images.sha256 || '|' || $classifier_key) = predictions.prediction_key
WHERE
    list_contains($shards, images.shard)
    AND images.status = 'ok'
    AND artworks.removed_at IS NULL
    AND ($catalog IS NULL OR artworks.catalog = $catalog)
ORDER BY images.artwork_id
