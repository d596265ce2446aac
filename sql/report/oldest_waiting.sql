-- One row per work that waits for a person (see enriched/to_review), those that wait longest first.
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
    NOT enriched.removed
    AND enriched.decision = 'review'
    AND enriched.style_source = 'unknown'
    AND enriched.review_decision IS NULL
    AND ($catalog IS NULL OR enriched.catalog = $catalog)
ORDER BY artworks.first_seen_at, enriched.confidence DESC, enriched.artwork_id
LIMIT $shown
