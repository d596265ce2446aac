-- One row per artwork that is in its catalog: its published facts, and of its prediction the evidence,
-- the model and since when it is published.
WITH changed AS (
    SELECT
        work_changes.artwork_id,
        max(coalesce(work_changes.changed_at, runs.started_at)) AS predicted_at
    FROM work_changes
    LEFT JOIN runs ON work_changes.run_id = runs.run_id
    WHERE work_changes.confidence_before IS DISTINCT FROM work_changes.confidence_after
    GROUP BY work_changes.artwork_id
)

SELECT
    enriched.artwork_id,
    artworks.source_id,
    enriched.title,
    enriched.artist,
    enriched.artist_display,
    enriched.technique,
    artworks.date_given,
    artworks.date_earliest,
    artworks.date_latest,
    artworks.height_cm,
    artworks.width_cm,
    artworks.depth_cm,
    artworks.iiif_manifest,
    artworks.iiif_image,
    enriched.style,
    enriched.style_source,
    enriched.predicted_style,
    enriched.confidence,
    enriched.decision,
    enriched.because,
    enriched.review_decision,
    enriched.description,
    changed.predicted_at,
    enriched.model_version
FROM enriched
INNER JOIN artworks ON enriched.artwork_id = artworks.artwork_id
LEFT JOIN changed ON enriched.artwork_id = changed.artwork_id
ORDER BY enriched.artwork_id
