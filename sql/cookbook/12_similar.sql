-- Which images are most similar to that of one artwork?
SELECT
    artwork_id,
    similarity,
    artist,
    title,
    style
FROM similar('sample:1', 5)
