-- One row per artwork that differs from the table `enriched`, in its columns. `review_state` says what an
-- artwork needs of a person; `waiting`, `flagged` and `unknown` need a decision. Descriptions are sorted once
-- they are in lists: an aggregate that sorts takes nearly four times as long. Rows are compared as structs,
-- by the names of their columns.
WITH written AS (
    SELECT
        description_inputs.artwork_id,
        max(descriptions.text) FILTER (WHERE description_inputs.position = 0) AS description,
        list(
            struct_pack(
                "position" := description_inputs.position,
                "language" := description_inputs.language,
                "text" := descriptions.text
            )
        ) AS by_position
    FROM description_inputs
    INNER JOIN descriptions
        ON
            description_inputs.artwork_id = descriptions.artwork_id
            AND description_inputs.description_key = descriptions.description_key
    GROUP BY description_inputs.artwork_id
),

now AS (
    SELECT
        resolved.artwork_id,
        resolved.catalog,
        resolved.artist,
        resolved.artist_display,
        resolved.attributions,
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
        written.description,
        coalesce(resolved.image_status, 'missing') AS image_status,
        resolved.image_sha256,
        resolved.review_decision,
        CASE
            WHEN resolved.review_decision IS NOT NULL AND NOT resolved.reviewers_disagree THEN 'decided'
            WHEN resolved.hedged AND resolved.review_decision IS NULL THEN 'waiting'
            WHEN len(flagged.flags) > 0 THEN 'flagged'
            WHEN resolved.resolved_style IS NULL AND coalesce(resolved.decision <> 'outside', TRUE) THEN 'unknown'
            ELSE 'none'
        END AS review_state,
        list_sort(coalesce(written.by_position, []))::STRUCT("language" VARCHAR, "text" VARCHAR)[] AS descriptions,
        coalesce(resolved.closest, []) AS closest,
        coalesce(flagged.flags, []) AS flags,
        resolved.prediction_key,
        resolved.model_version,
        resolved.pattern,
        resolved.evidence,
        resolved.because,
        resolved.date_earliest,
        resolved.date_latest,
        resolved.born,
        resolved.died,
        resolved.location,
        resolved.source_url
    FROM resolved
    LEFT JOIN written ON resolved.artwork_id = written.artwork_id
    LEFT JOIN flagged ON resolved.artwork_id = flagged.artwork_id
)

SELECT now.*
FROM now
LEFT JOIN enriched ON now.artwork_id = enriched.artwork_id
WHERE enriched.artwork_id IS NULL OR now IS DISTINCT FROM enriched
