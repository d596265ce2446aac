-- One row per catalog: the check results and warnings of its last run that ran checks.
SELECT
    catalog,
    run_id,
    flow,
    started_at,
    json_extract(counts, '$.checks') AS checks,
    coalesce(json_extract_string(counts, '$.warnings[*]'), []) AS warnings
FROM runs
WHERE catalog IS NOT NULL AND json_extract(counts, '$.checks') IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY catalog ORDER BY started_at DESC) = 1
ORDER BY catalog
