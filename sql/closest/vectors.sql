-- One row per artwork of the relation `works` whose image is embedded: its position there, and the
-- vector.
SELECT
    works.position,
    embeddings.vector
FROM embeddings
INNER JOIN works ON embeddings.image_sha256 = works.image_sha256
WHERE embeddings.encoder = $encoder AND embeddings.preprocessing = $preprocessing
