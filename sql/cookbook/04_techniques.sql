-- Which techniques are the most common, and how large is a typical artwork?
SELECT
    technique,
    count(*) AS works,
    median(height_cm) AS median_height_cm,
    median(width_cm) AS median_width_cm
FROM artworks
WHERE removed_at IS NULL AND technique IS NOT NULL
GROUP BY ALL
ORDER BY works DESC, technique
LIMIT 5
