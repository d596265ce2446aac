-- One row per kind of change in a run: artworks, and those whose label and prediction differ.
SELECT
    kind,
    count(*) AS works,
    count(*) FILTER (WHERE disagrees) AS disagreeing
FROM work_changes
WHERE run_id = $run_id
GROUP BY kind
ORDER BY kind
