-- One row per listed file that no work of the catalog names.
SELECT listed.image_key
FROM listed
ANTI JOIN artworks
    ON
        listed.image_key = artworks.image_key
        AND artworks.catalog = $catalog
        AND artworks.removed_at IS NULL
ORDER BY listed.image_key
