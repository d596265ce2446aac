-- How many artworks does the catalog label with each style, and of how many artists?
SELECT
    coalesce(style, '(no label)') AS style,
    count(*) AS works,
    count(DISTINCT artist_key) AS artists
FROM artworks
WHERE removed_at IS NULL
GROUP BY ALL
ORDER BY works DESC, style
