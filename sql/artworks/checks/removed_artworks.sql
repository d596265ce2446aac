-- warn: artworks that are no longer in the catalog
SELECT known.source_id
FROM artworks AS known
LEFT JOIN ingested_rows ON known.artwork_id = ingested_rows.artwork_id AND ingested_rows.outcome = 'artwork'
WHERE known.catalog = $catalog AND known.removed_at IS NULL AND ingested_rows.artwork_id IS NULL
ORDER BY known.source_id
