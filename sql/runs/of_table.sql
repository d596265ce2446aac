-- One row per run that changed a table's version, the latest first: the
-- versions before (-1 if there was no table) and after it. In `runs` itself a run's row is the next.
WITH named AS (
    SELECT
        run_id,
        flow,
        started_at,
        coalesce(json_extract(versions_before, concat('$.', $table_name))::BIGINT, -1) AS version_before,
        CASE
            WHEN $table_name = 'runs' THEN coalesce(json_extract(versions_after, '$.runs')::BIGINT, 0) + 1
            ELSE json_extract(versions_after, concat('$.', $table_name))::BIGINT
        END AS version_after
    FROM runs
)

SELECT
    run_id,
    flow,
    version_before,
    version_after
FROM named
WHERE version_after > version_before
ORDER BY started_at DESC, run_id
