-- One row per work of the home that a model can learn from or be judged on: it has a style, an
-- image that was prepared, and a form that is asked for.
SELECT
    artworks.artwork_id,
    artworks.catalog,
    artworks.style,
    artworks.artist_key,
    images.sha256
FROM artworks
INNER JOIN images ON artworks.artwork_id = images.artwork_id
WHERE artworks.removed_at IS NULL AND artworks.style IS NOT NULL AND images.status = 'ok'
ORDER BY artworks.artwork_id
