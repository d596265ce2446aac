-- One row per asked image (relation `asked`) that the encoder has seen: its vector.
SELECT
    embeddings.image_sha256,
    embeddings.vector
FROM embeddings
SEMI JOIN asked ON embeddings.image_sha256 = asked.image_sha256
WHERE embeddings.encoder = $encoder AND embeddings.preprocessing = $preprocessing
