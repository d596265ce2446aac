-- A sample of usable images, spread over the home: the same ones each time.
SELECT
    min(artwork_id) AS artwork_id,
    sha256,
    min(shard) AS shard
FROM images
WHERE status = 'ok'
GROUP BY sha256
ORDER BY sha256
LIMIT $count
