-- warn: images whose file cannot be used now: the copy read earlier is used
SELECT images.artwork_id || ' (' || images.error || ')' AS image
FROM images
INNER JOIN artworks ON images.artwork_id = artworks.artwork_id
WHERE
    images.catalog = $catalog
    AND images.status = 'ok'
    AND images.error IS NOT NULL
    AND artworks.removed_at IS NULL
ORDER BY images.artwork_id
