-- One row per run whose id begins as given, the latest first.
SELECT *
FROM runs
WHERE starts_with(run_id, $beginning)
ORDER BY started_at DESC, run_id ASC
