-- One row per asked work: what is needed beside its image to record a prediction.
SELECT
    images.artwork_id,
    images.catalog,
    images.sha256 AS image_sha256,
    images.shard,
    sha256(images.sha256 || '|' || $classifier_key) AS prediction_key,
    coalesce(list_contains($learned, splits.part), false) AS in_training
FROM images
LEFT JOIN splits ON images.artwork_id = splits.artwork_id AND splits.scheme = $scheme
WHERE images.shard = $shard AND images.artwork_id IN (SELECT unnest($artwork_ids))
ORDER BY images.artwork_id
