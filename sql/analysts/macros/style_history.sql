-- One row per change of an artwork's style or of its source; the first style
-- of an artwork too, the latest change first.
SELECT
    work_changes.artwork_id,
    coalesce(work_changes.changed_at, runs.started_at) AS changed_at,
    work_changes.kind,
    work_changes.style_before,
    work_changes.style_after,
    work_changes.style_source_before,
    work_changes.style_source_after,
    work_changes.confidence_before,
    work_changes.confidence_after,
    work_changes.reasons,
    work_changes.run_id
FROM work_changes
LEFT JOIN runs ON work_changes.run_id = runs.run_id
WHERE
    (
        (work_changes.style_before IS DISTINCT FROM work_changes.style_after)
        OR (work_changes.style_source_before IS DISTINCT FROM work_changes.style_source_after)
    )
    AND (work IS NULL OR work_changes.artwork_id = work)
ORDER BY changed_at DESC, work_changes.artwork_id ASC
