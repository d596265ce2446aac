-- One row per style that artworks had before a run and have after it, where those differ.
SELECT
    style_before,
    style_after,
    count(*) AS works
FROM work_changes
WHERE run_id = $run_id AND kind <> 'removed' AND style_before IS DISTINCT FROM style_after
GROUP BY style_before, style_after
ORDER BY works DESC, style_before NULLS FIRST, style_after NULLS FIRST
