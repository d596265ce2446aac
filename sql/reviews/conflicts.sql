-- One row per reviewer of an artwork on which reviewers differ: what each of them decided last.
WITH by_reviewer AS (
    SELECT
        *,
        coalesce(style, 'not ' || shown_style) AS verdict
    FROM reviews
    WHERE artwork_id IN (SELECT unnest($artwork_ids::VARCHAR[]))
    QUALIFY row_number() OVER (PARTITION BY artwork_id, reviewer ORDER BY decided_at DESC, review_id DESC) = 1
)

SELECT
    artwork_id,
    reviewer,
    decided_at,
    verdict,
    row_number() OVER (PARTITION BY artwork_id ORDER BY decided_at DESC, review_id DESC) = 1 AS counts
FROM by_reviewer
QUALIFY count(DISTINCT verdict) OVER (PARTITION BY artwork_id) > 1
ORDER BY artwork_id ASC, decided_at DESC, review_id DESC
