-- One row per band of confidence, month, and over all: how many decisions on a predicted style, in how
-- many it was confirmed, and the model's mean confidence. Of a person's decisions on one prediction
-- the latest counts.
WITH assessed AS (
    SELECT
        shown_confidence,
        coalesce(style = shown_style, FALSE) AS agrees,
        strftime(decided_at, '%Y-%m') AS month,
        list_aggregate(list_filter($bands::DOUBLE[], LAMBDA low: low <= shown_confidence), 'max') AS band
    FROM reviews
    WHERE shown_confidence IS NOT NULL AND shown_style IS NOT NULL
    QUALIFY
        row_number() OVER (
            PARTITION BY artwork_id, reviewer, shown_style, shown_prediction_key
            ORDER BY decided_at DESC, review_id DESC
        ) = 1
)

SELECT
    CASE WHEN grouping(band) = 0 THEN 'band' WHEN grouping(month) = 0 THEN 'month' ELSE 'all' END AS kind,
    band,
    month,
    count(*) AS decisions,
    count(*) FILTER (WHERE agrees) AS agreeing,
    avg(shown_confidence) AS confidence
FROM assessed
GROUP BY GROUPING SETS ((band), (month), ())
ORDER BY list_position(['all', 'band', 'month'], kind), band, month
