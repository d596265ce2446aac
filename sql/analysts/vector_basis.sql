-- One row: the inputs of the artworks' vectors; the vectors themselves are not read.
SELECT
    count(*) AS works,
    bit_xor(hash(artworks.artwork_id, embeddings.embedding_key)) AS basis
FROM artworks
INNER JOIN images ON artworks.artwork_id = images.artwork_id AND images.status IS DISTINCT FROM 'placeholder'
INNER JOIN embeddings ON images.sha256 = embeddings.image_sha256
WHERE
    artworks.removed_at IS NULL
    AND embeddings.encoder = $encoder
    AND embeddings.preprocessing = $preprocessing
