-- One row per artwork of a contact sheet: some of each style, of all artworks or of those that a run changed.
-- Artworks of few shards come first, so that few shards are read; within them the order is drawn by hash.
SELECT
    enriched.artwork_id,
    enriched.artist,
    enriched.title,
    enriched.style,
    enriched.style_source,
    enriched.predicted_style,
    enriched.confidence,
    enriched.because,
    images.shard
FROM enriched
INNER JOIN images ON enriched.artwork_id = images.artwork_id AND images.status = 'ok'
WHERE
    ($catalog IS NULL OR enriched.catalog = $catalog)
    AND (
        $run_id IS NULL
        OR enriched.artwork_id IN (
            SELECT work_changes.artwork_id
            FROM work_changes
            WHERE work_changes.run_id = $run_id
        )
    )
QUALIFY row_number() OVER (PARTITION BY enriched.style ORDER BY images.shard, md5(enriched.artwork_id)) <= $each
ORDER BY enriched.style NULLS LAST, images.shard, md5(enriched.artwork_id)
