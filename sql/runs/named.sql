-- One row per run since a time: the versions of all tables before and after it.
SELECT
    versions_before,
    versions_after
FROM runs
WHERE started_at >= $since
