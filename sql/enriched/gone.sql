-- One row per artwork of `enriched` that is no longer in its catalog.
SELECT enriched.artwork_id
FROM enriched
ANTI JOIN artworks ON enriched.artwork_id = artworks.artwork_id AND artworks.removed_at IS NULL
ORDER BY enriched.artwork_id
