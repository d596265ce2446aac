-- One row per artwork of a known artist with an embedded image: the candidates for neighbours.
SELECT
    artworks.artwork_id,
    artworks.artist,
    artworks.title,
    images.sha256 AS image_sha256
FROM artworks
INNER JOIN images ON artworks.artwork_id = images.artwork_id AND images.status IS DISTINCT FROM 'placeholder'
INNER JOIN embedded ON images.sha256 = embedded.image_sha256
WHERE artworks.artist IS NOT NULL AND artworks.removed_at IS NULL
ORDER BY artworks.artwork_id
