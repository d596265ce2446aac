-- One row per image whose group of near-duplicates differs from the one in the table. A group is
-- named by the smallest SHA-256 in it; an image that resembles no other is a group of its own.
WITH grouped AS (
    SELECT
        images.artwork_id,
        min(images.sha256) OVER (
            PARTITION BY
                coalesce(
                    coalesce(fingerprint_groups.fingerprint_group, fingerprints.fingerprint)::VARCHAR, images.sha256
                )
        ) AS near_duplicate_group
    FROM images
    LEFT JOIN fingerprints
        ON
            images.phash = fingerprints.phash
            AND fingerprints.shape
            = round(100 * ln(greatest(images.width, images.height) / least(images.width, images.height)))
    LEFT JOIN fingerprint_groups ON fingerprints.fingerprint = fingerprint_groups.fingerprint
    WHERE images.status IN ('ok', 'placeholder')
)

SELECT images.* REPLACE (grouped.near_duplicate_group AS near_duplicate_group)
FROM images
INNER JOIN grouped ON images.artwork_id = grouped.artwork_id
WHERE images.near_duplicate_group IS DISTINCT FROM grouped.near_duplicate_group
ORDER BY images.artwork_id
