-- One row per run of the last ones, the latest first.
SELECT
    run_id,
    flow,
    catalog,
    status,
    started_at,
    epoch(ended_at - started_at) AS seconds,
    error,
    json_extract(result, '$.changes') AS changes,
    json_extract(result, '$.forward_passes')::BIGINT AS forward_passes
FROM runs
WHERE ($flow IS NULL OR flow = $flow) AND ($status IS NULL OR status = $status)
ORDER BY started_at DESC, run_id ASC
LIMIT $last
