-- One row per artwork that is in its catalog: its facts, the champion's prediction, a person's decision, and
-- the effective style and its source (a person's review, then the catalog's own label, then an accepted
-- prediction). A style that a person rejected is never described. A prediction that waits for review
-- appears in the description as a guess.
WITH predicted AS (
    SELECT
        artworks.*,
        images.status AS image_status,
        images.sha256 AS image_sha256,
        images.shard,
        predictions.prediction_key,
        predictions.model_version,
        predictions.pattern,
        predictions.evidence,
        predictions.because,
        predictions.style AS predicted_style,
        predictions.confidence,
        -- By the model's thresholds; it counts where the catalog is open.
        predictions.decision AS model_decision,
        CASE
            WHEN predictions.decision = 'accepted' AND coalesce(acceptance.state, 'closed') <> 'open' THEN 'review'
            ELSE predictions.decision
        END AS decision,
        predictions.in_training,
        reviewed.review_decision,
        reviewed.reviewed_style,
        reviewed.rejected_style,
        coalesce(reviewed.reviewers_disagree, FALSE) AS reviewers_disagree,
        CASE WHEN artworks.artist IS NULL THEN closest.works END AS closest
    FROM artworks
    LEFT JOIN images ON artworks.artwork_id = images.artwork_id
    LEFT JOIN prediction_inputs ON artworks.artwork_id = prediction_inputs.artwork_id
    LEFT JOIN predictions
        ON
            prediction_inputs.artwork_id = predictions.artwork_id
            AND prediction_inputs.prediction_key = predictions.prediction_key
    LEFT JOIN acceptance ON artworks.catalog = acceptance.catalog
    LEFT JOIN reviewed ON artworks.artwork_id = reviewed.artwork_id
    LEFT JOIN closest ON artworks.artwork_id = closest.artwork_id
    WHERE
        artworks.removed_at IS NULL
        AND ($catalog IS NULL OR artworks.catalog = $catalog)
        AND ($artwork_ids::VARCHAR[] IS NULL OR artworks.artwork_id IN (SELECT unnest($artwork_ids::VARCHAR[])))
),

assessed AS (
    SELECT
        *,
        coalesce(style = rejected_style, FALSE) AS label_rejected,
        coalesce(predicted_style = rejected_style, FALSE) AS prediction_rejected
    FROM predicted
),

resolved AS (
    SELECT
        *,
        CASE
            WHEN reviewed_style IS NOT NULL THEN 'reviewed'
            WHEN style IS NOT NULL AND NOT label_rejected THEN 'catalog'
            WHEN style IS NULL AND decision = 'accepted' AND NOT prediction_rejected THEN 'predicted'
            ELSE 'unknown'
        END AS style_source,
        style IS NULL
        AND reviewed_style IS NULL
        AND coalesce(decision = 'review', FALSE)
        AND NOT prediction_rejected AS hedged
    FROM assessed
),

counted AS (
    SELECT
        *,
        CASE style_source
            WHEN 'reviewed' THEN reviewed_style
            WHEN 'catalog' THEN style
            WHEN 'predicted' THEN predicted_style
        END AS resolved_style
    FROM resolved
)

SELECT
    *,
    CASE WHEN hedged THEN predicted_style ELSE resolved_style END AS described_style,
    CASE WHEN hedged THEN 'predicted' ELSE style_source END AS described_source,
    -- The period slot of a description names the evidence that a predicted style rests on.
    CASE WHEN hedged OR style_source = 'predicted' THEN replace(pattern, '+', ', ') END AS described_evidence
FROM counted
