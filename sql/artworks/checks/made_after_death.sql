-- warn: artworks dated after the artist's death
SELECT artwork_id
FROM ingested_rows
WHERE outcome = 'artwork' AND date_earliest > died
