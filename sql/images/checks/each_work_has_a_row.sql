-- fail: an artwork of the catalog has no row in images
SELECT artworks.artwork_id
FROM artworks
ANTI JOIN images ON artworks.artwork_id = images.artwork_id
WHERE artworks.catalog = $catalog AND artworks.removed_at IS NULL
