-- At which age did artists make their dated artworks, by the style in the catalog?
SELECT
    style,
    round(median((date_earliest + date_latest) / 2 - born)) AS median_age,
    count(*) AS works
FROM artworks
WHERE removed_at IS NULL AND style IS NOT NULL AND born IS NOT NULL AND date_latest IS NOT NULL
GROUP BY ALL
ORDER BY median_age, style
