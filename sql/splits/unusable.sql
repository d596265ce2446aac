-- One row per reason why works are in no part of any split, with how many they are.
SELECT
    CASE
        WHEN images.artwork_id IS NULL THEN 'image not looked at yet'
        WHEN images.status <> 'ok' THEN 'image ' || images.status
        ELSE 'no style label'
    END AS reason,
    count(*) AS works
FROM artworks
LEFT JOIN images ON artworks.artwork_id = images.artwork_id
WHERE
    artworks.removed_at IS NULL
    AND (artworks.style IS NULL OR images.status IS DISTINCT FROM 'ok')
GROUP BY ALL
ORDER BY works DESC, reason
