-- One row per other run that reported changes, of a catalog if one is given, and was never completed.
SELECT DISTINCT run_id
FROM work_changes
WHERE
    ($catalog IS NULL OR catalog = $catalog)
    AND run_id <> $run_id
    AND run_id NOT IN (
        SELECT runs.run_id
        FROM runs
        WHERE runs.status = 'completed' AND json_extract(runs.result, '$.reported') IS NOT NULL
    )
