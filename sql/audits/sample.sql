-- One row per artwork that is drawn for an audit: of those of unknown style whose prediction the
-- model's thresholds accept and that no person has decided, as many of each predicted style as its
-- share (Sainte-Lague's divisors), but at least one. Within a style they are drawn by hash.
WITH candidates AS (
    SELECT
        artwork_id,
        predicted_style,
        confidence,
        sha256($audit_id || '|' || artwork_id) AS draw
    FROM resolved
    WHERE
        removed_at IS NULL
        AND model_decision = 'accepted'
        AND NOT coalesce(in_training, FALSE)
        AND style IS NULL
        AND review_decision IS NULL
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY predicted_style ORDER BY draw) AS place,
        count(*) OVER (PARTITION BY predicted_style) AS of_style
    FROM candidates
)

SELECT
    artwork_id,
    predicted_style,
    confidence
FROM ranked
ORDER BY place > 1, (place - 0.5) / of_style, draw
LIMIT $artworks
