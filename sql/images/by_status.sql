-- One row per image status: number of the catalog's artworks.
SELECT
    images.status,
    count(*) AS works
FROM artworks
INNER JOIN images ON artworks.artwork_id = images.artwork_id
WHERE artworks.catalog = $catalog AND artworks.removed_at IS NULL
GROUP BY ALL
ORDER BY ALL
