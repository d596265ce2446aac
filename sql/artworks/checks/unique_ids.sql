-- fail: two artworks of the catalog have the same artwork_id
SELECT artwork_id
FROM ingested_rows
WHERE outcome = 'artwork'
GROUP BY artwork_id
HAVING count(*) > 1
