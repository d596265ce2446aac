-- One row: counts of the last completed run that ingested a catalog, and the versions it left.
SELECT
    counts,
    versions_after
FROM runs
WHERE
    catalog = $catalog
    AND status = 'completed'
    AND json_extract_string(counts, '$.source_fingerprint') IS NOT NULL
ORDER BY started_at DESC
LIMIT 1
