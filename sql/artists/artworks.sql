-- One row per artwork of a known artist: who that is among all catalogs of the home.
SELECT
    artworks.artwork_id,
    resolved_artists.artist_id,
    resolved_artists.namesake_id
FROM artworks
INNER JOIN resolved_artists
    ON
        artworks.catalog = resolved_artists.catalog
        AND coalesce(artworks.artist_key, artworks.artist) = resolved_artists.artist_key
        AND coalesce(artworks.artist_display, artworks.artist) = resolved_artists.name
        AND artworks.artist_url IS NOT DISTINCT FROM resolved_artists.artist_url
        AND artworks.born IS NOT DISTINCT FROM resolved_artists.born
        AND artworks.died IS NOT DISTINCT FROM resolved_artists.died
WHERE artworks.artist IS NOT NULL AND resolved_artists.artist_id IS NOT NULL
