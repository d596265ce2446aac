-- One row per name of an image in the catalog that is no listed file's to the letter.
SELECT DISTINCT artworks.image_key
FROM artworks
ANTI JOIN listed ON artworks.image_key = listed.image_key
WHERE artworks.catalog = $catalog AND artworks.removed_at IS NULL AND artworks.image_key IS NOT NULL
ORDER BY artworks.image_key
