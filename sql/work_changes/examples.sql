-- One row per example of an artwork that changed in a run, the most relevant first.
SELECT
    work_changes.artwork_id,
    work_changes.kind,
    work_changes.style_before,
    work_changes.style_after,
    work_changes.style_source_after,
    work_changes.confidence_after,
    work_changes.disagrees,
    work_changes.reasons,
    artworks.artist,
    artworks.title
FROM work_changes
LEFT JOIN artworks ON work_changes.artwork_id = artworks.artwork_id
WHERE work_changes.run_id = $run_id
ORDER BY
    work_changes.disagrees DESC,
    list_position(['changed', 'removed', 'returned', 'new'], work_changes.kind),
    work_changes.artwork_id
LIMIT $examples
