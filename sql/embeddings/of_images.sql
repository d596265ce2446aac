-- One row per asked image that the encoder has seen: its vector.
SELECT
    image_sha256,
    vector
FROM embeddings
WHERE encoder = $encoder AND preprocessing = $preprocessing AND list_contains($images, image_sha256)
