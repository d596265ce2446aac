-- One row per artwork that is no longer in its catalog, which `enriched` does not contain: its facts when it was last
-- there, and since when it is missing.
SELECT *
FROM artworks
WHERE removed_at IS NOT NULL
