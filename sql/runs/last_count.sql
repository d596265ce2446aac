-- One row: a named count of the last completed run that has it, as text.
SELECT json_extract_string(counts, $path) AS counted
FROM runs
WHERE status = 'completed' AND json_extract_string(counts, $path) IS NOT NULL
ORDER BY started_at DESC
LIMIT 1
