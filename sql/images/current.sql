-- One row per requested image: its present row.
SELECT images.*
FROM images
SEMI JOIN asked ON images.artwork_id = asked.artwork_id
