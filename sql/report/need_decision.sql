-- One row per artwork that needs a decision: predictions to review first, of those the oldest artworks.
SELECT
    enriched.artwork_id,
    enriched.artist,
    enriched.title,
    enriched.predicted_style,
    enriched.confidence,
    enriched.because,
    enriched.flags,
    artworks.first_seen_at
FROM enriched
INNER JOIN artworks ON enriched.artwork_id = artworks.artwork_id
WHERE
    enriched.review_state IN ('waiting', 'flagged', 'unknown')
    AND ($catalog IS NULL OR enriched.catalog = $catalog)
ORDER BY
    list_position(['waiting', 'flagged', 'unknown'], enriched.review_state),
    artworks.first_seen_at,
    enriched.confidence DESC NULLS LAST,
    enriched.artwork_id
LIMIT $shown
