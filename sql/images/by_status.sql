-- One row per status of an image: how many works of the catalog have one such.
SELECT
    images.status,
    count(*) AS works
FROM artworks
INNER JOIN images ON artworks.artwork_id = images.artwork_id
WHERE artworks.catalog = $catalog AND artworks.removed_at IS NULL
GROUP BY ALL
ORDER BY ALL
