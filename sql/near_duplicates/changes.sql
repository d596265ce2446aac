-- One row per image whose group of near-duplicates differs from the one in the table. A group is
-- named by the smallest SHA-256 in it; an image that resembles no other is a group of its own.
WITH grouped AS (
    SELECT
        images.artwork_id,
        min(images.sha256) OVER (
            PARTITION BY coalesce(coalesce(look_groups.look_group, looks.look)::VARCHAR, images.sha256)
        ) AS near_duplicate_group
    FROM images
    LEFT JOIN looks
        ON
            images.phash = looks.phash
            AND looks.shape
            = round(100 * ln(greatest(images.width, images.height) / least(images.width, images.height)))
    LEFT JOIN look_groups ON looks.look = look_groups.look
    WHERE images.status IN ('ok', 'placeholder')
)

SELECT images.* REPLACE (grouped.near_duplicate_group AS near_duplicate_group)
FROM images
INNER JOIN grouped ON images.artwork_id = grouped.artwork_id
WHERE images.near_duplicate_group IS DISTINCT FROM grouped.near_duplicate_group
ORDER BY images.artwork_id
