-- One row per artwork that names artists: who they are among all catalogs of the home. `artist_id` is null if they are
-- several or not surely the maker; `namesake_ids` are of all who may have made it or whom it follows, which no split
-- may separate.
SELECT
    artworks.artwork_id,
    resolved_artists.artist_id,
    resolved_artists.namesake_id,
    nullif(resolved_artists.namesake_ids, []) AS namesake_ids
FROM artworks
INNER JOIN resolved_artists
    ON
        artworks.catalog = resolved_artists.catalog
        AND coalesce(artworks.artist_key, artworks.artist) = resolved_artists.artist_key
        AND coalesce(artworks.artist_display, artworks.artist) = resolved_artists.name
        AND artworks.artist_url IS NOT DISTINCT FROM resolved_artists.artist_url
        AND artworks.born IS NOT DISTINCT FROM resolved_artists.born
        AND artworks.died IS NOT DISTINCT FROM resolved_artists.died
WHERE artworks.artist IS NOT NULL AND (resolved_artists.artist_id IS NOT NULL OR len(resolved_artists.namesake_ids) > 0)
