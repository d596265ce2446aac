-- One row per artist as named by artworks of a catalog, without anonymous artists.
SELECT DISTINCT
    catalog,
    coalesce(artist_key, artist) AS artist_key,
    artist_url,
    coalesce(artist_display, artist) AS name,
    born,
    died
FROM artworks
WHERE artist IS NOT NULL
ORDER BY ALL
