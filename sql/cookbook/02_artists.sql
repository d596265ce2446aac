-- Which artists have the most artworks, and from when to when were these made?
SELECT
    artist_display AS artist,
    count(*) AS works,
    min(date_earliest) AS first_year,
    max(date_latest) AS last_year
FROM artworks
WHERE removed_at IS NULL AND artist IS NOT NULL
GROUP BY ALL
ORDER BY works DESC, artist
LIMIT 5
