-- One row: the last run that changed artworks or their images, or reported changes of any kind.
SELECT run_id
FROM runs
WHERE
    -- A restore that was started and killed names versions that it did not leave.
    status <> 'started'
    AND (
        coalesce(json_extract(result, '$.changes')::VARCHAR, '{}') <> '{}'
        OR json_extract_string(versions_before, '$.artworks')
        IS DISTINCT FROM json_extract_string(versions_after, '$.artworks')
        OR json_extract_string(versions_before, '$.images')
        IS DISTINCT FROM json_extract_string(versions_after, '$.images')
    )
ORDER BY started_at DESC
LIMIT 1
