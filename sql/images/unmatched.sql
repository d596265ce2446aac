-- One row per image name in the catalog that matches no listed file exactly.
SELECT DISTINCT artworks.image_key
FROM artworks
ANTI JOIN listed ON artworks.image_key = listed.image_key
WHERE artworks.catalog = $catalog AND artworks.removed_at IS NULL AND artworks.image_key IS NOT NULL
ORDER BY artworks.image_key
