-- One row per prepared image that the captioner has not seen, with the shard that holds it.
SELECT
    images.sha256 AS image_sha256,
    images.shard,
    min(images.artwork_id) AS artwork_id
FROM images
INNER JOIN artworks ON images.artwork_id = artworks.artwork_id
ANTI JOIN captions ON images.sha256 = captions.image_sha256 AND captions.captioner = $captioner
WHERE
    images.status = 'ok'
    AND artworks.removed_at IS NULL
    AND ($catalog IS NULL OR artworks.catalog = $catalog)
GROUP BY images.sha256, images.shard
ORDER BY images.shard, artwork_id
