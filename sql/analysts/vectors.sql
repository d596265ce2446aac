-- One row per artwork whose image is embedded by the embedder: its vector. Removed artworks have none,
-- nor has a vector of length zero, which is near nothing.
SELECT
    artworks.artwork_id,
    embeddings.vector
FROM artworks
INNER JOIN images ON artworks.artwork_id = images.artwork_id AND images.status IS DISTINCT FROM 'placeholder'
INNER JOIN embeddings ON images.sha256 = embeddings.image_sha256
WHERE
    artworks.removed_at IS NULL
    AND embeddings.encoder = $encoder
    AND embeddings.preprocessing = $preprocessing
    AND isfinite(list_inner_product(embeddings.vector, embeddings.vector))
    AND list_inner_product(embeddings.vector, embeddings.vector) > 0
