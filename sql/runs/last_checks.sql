-- One row per catalog: the check results and warnings of its last run that ran checks.
SELECT
    catalog,
    run_id,
    flow,
    started_at,
    json_extract(result, '$.checks') AS checks,
    coalesce(json_extract_string(result, '$.warnings[*]'), []) AS warnings
FROM runs
WHERE catalog IS NOT NULL AND json_array_length(result, '$.checks') > 0
QUALIFY row_number() OVER (PARTITION BY catalog ORDER BY started_at DESC) = 1
ORDER BY catalog
