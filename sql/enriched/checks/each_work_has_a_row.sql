-- fail: a work of the catalog has no row in enriched
SELECT artworks.artwork_id
FROM artworks
ANTI JOIN enriched ON artworks.artwork_id = enriched.artwork_id
WHERE $catalog IS NULL OR artworks.catalog = $catalog
