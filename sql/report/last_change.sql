-- One row: the last run that changed artworks, if there was one.
SELECT runs.run_id
FROM runs
SEMI JOIN work_changes ON runs.run_id = work_changes.run_id
WHERE $catalog IS NULL OR runs.catalog IS NULL OR runs.catalog = $catalog
ORDER BY runs.started_at DESC
LIMIT 1
