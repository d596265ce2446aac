-- warn: artworks dated before the artist was ten years old
SELECT artwork_id
FROM ingested_rows
WHERE outcome = 'artwork' AND date_latest < born + 10
