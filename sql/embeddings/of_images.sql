-- One row per image of the relation `asked` that is embedded by the encoder: its vector.
SELECT
    embeddings.image_sha256,
    embeddings.vector
FROM embeddings
SEMI JOIN asked ON embeddings.image_sha256 = asked.image_sha256
WHERE embeddings.encoder = $encoder AND embeddings.preprocessing = $preprocessing
