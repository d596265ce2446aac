-- One row per work that a run changed at or after a time: when last, how it was before and is now,
-- all reasons; the latest first.
WITH told AS (
    SELECT
        work_changes.*,
        coalesce(work_changes.changed_at, runs.started_at) AS told_at
    FROM work_changes
    LEFT JOIN runs ON work_changes.run_id = runs.run_id
)

SELECT
    told.artwork_id,
    max(told.told_at) AS changed_at,
    arg_max(told.kind, told.told_at) AS kind,
    any_value(artworks.artist) AS artist,
    any_value(artworks.title) AS title,
    arg_min_null(told.style_before, told.told_at) AS style_before,
    arg_max_null(told.style_after, told.told_at) AS style_after,
    list_sort(list_distinct(flatten(list(told.reasons)))) AS reasons
FROM told
LEFT JOIN artworks ON told.artwork_id = artworks.artwork_id
WHERE told.told_at >= since::TIMESTAMPTZ
GROUP BY told.artwork_id
ORDER BY changed_at DESC, told.artwork_id ASC
