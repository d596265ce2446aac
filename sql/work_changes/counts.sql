-- One row per kind of change in a run: works, and those whose label and prediction differ.
SELECT
    kind,
    count(*) AS works,
    count(*) FILTER (WHERE disagrees) AS conflicting
FROM work_changes
WHERE run_id = $run_id
GROUP BY kind
ORDER BY kind
