-- One row per reason for changes of works in a run; a work may have several.
WITH reported AS (
    SELECT unnest(reasons) AS reason
    FROM work_changes
    WHERE run_id = $run_id
)

SELECT
    reason,
    count(*) AS works
FROM reported
GROUP BY reason
ORDER BY works DESC, reason
