-- One row: the table versions before and after a run, by default of the last that changed artworks.
SELECT
    versions_before,
    versions_after
FROM runs
WHERE
    CASE
        WHEN $run_id IS NOT NULL THEN starts_with(run_id, $run_id)
        -- A restore that was begun and killed names versions that it did not leave.
        ELSE
            status <> 'started'
            AND json_extract_string(versions_before, '$.artworks')
            IS DISTINCT FROM json_extract_string(versions_after, '$.artworks')
    END
ORDER BY started_at DESC
LIMIT 1
