-- fail: enriched does not contain exactly the current artworks
SELECT coalesce(artworks.artwork_id, enriched.artwork_id) AS artwork_id
FROM (
    FROM artworks
    WHERE removed_at IS NULL
) AS artworks
FULL JOIN enriched ON artworks.artwork_id = enriched.artwork_id
WHERE
    (artworks.artwork_id IS NULL OR enriched.artwork_id IS NULL)
    AND ($catalog IS NULL OR coalesce(artworks.catalog, enriched.catalog) = $catalog)
