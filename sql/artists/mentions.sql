-- One row per artist as artworks of a catalog name them; anonymous artists are not among them.
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
