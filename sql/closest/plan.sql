-- One row per artwork of an unknown artist whose row in `closest` is outdated: its image, null
-- where it has no vector, and the new basis of its neighbours.
WITH asked AS (
    SELECT
        artworks.artwork_id,
        artworks.catalog,
        embedded.image_sha256,
        sha256($basis || '|' || embedded.image_sha256) AS basis
    FROM artworks
    LEFT JOIN images ON artworks.artwork_id = images.artwork_id AND images.status IS DISTINCT FROM 'placeholder'
    LEFT JOIN embedded ON images.sha256 = embedded.image_sha256
    WHERE
        artworks.artist IS NULL
        AND ($catalog IS NULL OR artworks.catalog = $catalog)
)

SELECT asked.*
FROM asked
LEFT JOIN closest ON asked.artwork_id = closest.artwork_id
WHERE
    asked.basis IS DISTINCT FROM closest.basis
    AND (asked.basis IS NOT NULL OR len(closest.works) > 0)
ORDER BY asked.artwork_id
