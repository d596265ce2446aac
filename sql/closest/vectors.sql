-- One row per wanted image: its vector.
SELECT
    embeddings.image_sha256,
    embeddings.vector
FROM embeddings
SEMI JOIN wanted ON embeddings.image_sha256 = wanted.image_sha256
WHERE embeddings.encoder = $encoder AND embeddings.preprocessing = $preprocessing
ORDER BY embeddings.image_sha256
