-- One row per style of a scheme: its works in each part.
SELECT
    artworks.style,
    count(*) FILTER (WHERE splits.part = 'train') AS train,
    count(*) FILTER (WHERE splits.part = 'validation') AS validation,
    count(*) FILTER (WHERE splits.part = 'test') AS test
FROM splits
INNER JOIN artworks ON splits.artwork_id = artworks.artwork_id
INNER JOIN images ON splits.artwork_id = images.artwork_id
WHERE
    splits.scheme = $scheme
    AND artworks.removed_at IS NULL
    AND artworks.style IS NOT NULL
    AND images.status = 'ok'
GROUP BY ALL
ORDER BY artworks.style
