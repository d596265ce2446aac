-- One row per artwork that is no longer in its catalog, which `enriched` does not hold: its facts when it was last
-- there, and since when it is gone.
SELECT *
FROM artworks
WHERE removed_at IS NOT NULL
