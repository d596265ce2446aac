-- One row: the versions of the tables when models last went through the gate.
SELECT versions_after
FROM runs
WHERE status = 'completed' AND json_array_length(result, '$.gate') > 0
ORDER BY started_at DESC
LIMIT 1
