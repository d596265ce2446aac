-- One row: the result of the last completed run that ingested a catalog, and the versions it left.
SELECT
    json_extract_string(result, '$.source_fingerprint') AS source_fingerprint,
    result,
    versions_after
FROM runs
WHERE
    catalog = $catalog
    AND status = 'completed'
    AND source_fingerprint IS NOT NULL
ORDER BY started_at DESC
LIMIT 1
