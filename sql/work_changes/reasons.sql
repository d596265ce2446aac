-- One row per reason for changes of artworks in a run; an artwork may have several.
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
