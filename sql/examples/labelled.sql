-- One row per work of the home that a model can learn from or be judged on: it has a style, an
-- image that was prepared, and a form that is asked for. An image that resembles no other, or was
-- not compared yet, is a group of near-duplicates of its own.
SELECT
    artworks.artwork_id,
    artworks.catalog,
    artworks.style,
    artworks.artist_key,
    images.sha256,
    coalesce(images.near_duplicate_group, images.sha256) AS near_duplicate_group
FROM artworks
INNER JOIN images ON artworks.artwork_id = images.artwork_id
WHERE artworks.removed_at IS NULL AND artworks.style IS NOT NULL AND images.status = 'ok'
ORDER BY artworks.artwork_id
