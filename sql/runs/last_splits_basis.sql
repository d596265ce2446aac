-- One row: the fingerprint of what the last completed run that updated splits made them from.
SELECT json_extract_string(result, '$.splits_basis') AS splits_basis
FROM runs
WHERE status = 'completed' AND json_extract_string(result, '$.splits_basis') IS NOT NULL
ORDER BY started_at DESC
LIMIT 1
