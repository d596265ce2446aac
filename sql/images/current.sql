-- One row per asked image: its row as it stands.
SELECT images.*
FROM images
SEMI JOIN asked ON images.artwork_id = asked.artwork_id
