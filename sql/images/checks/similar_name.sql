-- warn: images that are missing, while files with a similar name exist
SELECT images.artwork_id || ' (' || images.error || ')' AS image
FROM images
INNER JOIN artworks ON images.artwork_id = artworks.artwork_id
WHERE
    images.catalog = $catalog
    AND images.status = 'missing'
    AND images.error LIKE '%; was % meant?'
    AND artworks.removed_at IS NULL
ORDER BY images.artwork_id
