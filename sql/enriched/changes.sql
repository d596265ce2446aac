-- One row per work that differs from the table `enriched`, as people read it.
WITH sentences AS (
    SELECT
        told.artwork_id,
        max(descriptions.text) FILTER (WHERE told.position = 0) AS description,
        list(
            struct_pack("language" := told.language, "text" := descriptions.text) ORDER BY told.position
        ) AS descriptions
    FROM told
    INNER JOIN descriptions
        ON
            told.artwork_id = descriptions.artwork_id
            AND told.description_key = descriptions.description_key
    GROUP BY told.artwork_id
)

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
    sentences.description,
    coalesce(resolved.image_status, 'missing') AS image_status,
    resolved.image_sha256,
    resolved.removed_at IS NOT NULL AS removed,
    resolved.review_decision,
    coalesce(sentences.descriptions, []) AS descriptions,
    coalesce(resolved.closest, []) AS closest,
    coalesce(flagged.flags, []) AS flags,
    resolved.generated_caption
FROM resolved
LEFT JOIN sentences ON resolved.artwork_id = sentences.artwork_id
LEFT JOIN flagged ON resolved.artwork_id = flagged.artwork_id
EXCEPT
SELECT * FROM enriched
