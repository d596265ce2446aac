-- One row per work that differs from the table `enriched`, as people read it.
SELECT
    resolved.artwork_id,
    resolved.catalog,
    resolved.artist,
    resolved.artist_display,
    resolved.title,
    resolved.nationality,
    resolved.technique,
    resolved.form,
    resolved.style AS catalog_style,
    resolved.predicted_style,
    resolved.confidence,
    resolved.decision,
    resolved.in_training,
    resolved.resolved_style AS style,
    resolved.style_source,
    resolved.style <> resolved.predicted_style AS disagrees,
    descriptions.text AS description,
    coalesce(resolved.image_status, 'missing') AS image_status,
    resolved.image_sha256,
    resolved.removed_at IS NOT NULL AS removed
FROM resolved
LEFT JOIN descriptions
    ON
        resolved.artwork_id = descriptions.artwork_id
        AND resolved.description_key = descriptions.description_key
EXCEPT
SELECT * FROM enriched
