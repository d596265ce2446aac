-- One row per image of the relation `noted`: its present row, with what is wrong with its file now.
SELECT images.* REPLACE (noted.reason AS error)
FROM images
INNER JOIN noted ON images.artwork_id = noted.artwork_id
