-- How many artworks were made in each century, counted by the middle of their dates?
SELECT
    floor((date_earliest + date_latest) / 2 / 100)::INTEGER + 1 AS century,
    count(*) AS works,
    count(*) FILTER (WHERE date_certainty = 'exact') AS with_an_exact_date
FROM artworks
WHERE removed_at IS NULL AND date_earliest IS NOT NULL AND date_latest IS NOT NULL
GROUP BY ALL
ORDER BY century
