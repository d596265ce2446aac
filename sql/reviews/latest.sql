-- One row per reviewed artwork: the effective decision, which is the latest of any reviewer, and
-- whether the latest decisions of two reviewers differ.
WITH by_reviewer AS (
    SELECT
        *,
        coalesce(style, 'not ' || shown_style) AS verdict
    FROM reviews
    QUALIFY row_number() OVER (PARTITION BY artwork_id, reviewer ORDER BY decided_at DESC, review_id DESC) = 1
)

SELECT
    artwork_id,
    review_id,
    decision AS review_decision,
    style AS reviewed_style,
    CASE WHEN decision = 'reject' THEN shown_style END AS rejected_style,
    count(DISTINCT verdict) OVER (PARTITION BY artwork_id) > 1 AS reviewers_disagree
FROM by_reviewer
QUALIFY row_number() OVER (PARTITION BY artwork_id ORDER BY decided_at DESC, review_id DESC) = 1
ORDER BY artwork_id
