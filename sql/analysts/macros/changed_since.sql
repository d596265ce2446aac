-- One row per artwork that a run changed at or after a time: when last, how it was before and is now,
-- all reasons; the latest first.
WITH reported AS (
    SELECT
        work_changes.*,
        coalesce(work_changes.changed_at, runs.started_at) AS reported_at
    FROM work_changes
    LEFT JOIN runs ON work_changes.run_id = runs.run_id
)

SELECT
    reported.artwork_id,
    max(reported.reported_at) AS changed_at,
    arg_max(reported.kind, reported.reported_at) AS kind,
    any_value(artworks.artist) AS artist,
    any_value(artworks.title) AS title,
    arg_min_null(reported.style_before, reported.reported_at) AS style_before,
    arg_max_null(reported.style_after, reported.reported_at) AS style_after,
    list_sort(list_distinct(flatten(list(reported.reasons)))) AS reasons
FROM reported
LEFT JOIN artworks ON reported.artwork_id = artworks.artwork_id
WHERE reported.reported_at >= since::TIMESTAMPTZ
GROUP BY reported.artwork_id
ORDER BY changed_at DESC, reported.artwork_id ASC
