-- One row: the inputs of an artwork's neighbours beside its own image.
SELECT
    sha256(to_json([
        'unrelated', $encoder, $preprocessing, $count::VARCHAR, $floor::VARCHAR,
        list(to_json([artwork_id, artist, title, image_sha256])::VARCHAR ORDER BY artwork_id)::VARCHAR
    ])::VARCHAR) AS basis
FROM known
