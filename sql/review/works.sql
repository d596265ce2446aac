-- One row per artwork that is shown for review, those that need a decision first: its facts, what is
-- predicted, the description with the source of each slot, flags and decisions so far.
WITH last_decisions AS (
    SELECT *
    FROM reviews
    QUALIFY row_number() OVER (PARTITION BY artwork_id, reviewer ORDER BY decided_at DESC, review_id DESC) = 1
),

decided AS (
    SELECT
        artwork_id,
        list({
            reviewer: reviewer,
            decided_at: decided_at,
            decision: decision,
            style: style,
            shown_style: shown_style,
            note: note
        } ORDER BY decided_at DESC, review_id DESC) AS reviews
    FROM last_decisions
    GROUP BY artwork_id
),

filled AS (
    SELECT
        artwork_id,
        description_key,
        unnest(slots) AS filled
    FROM descriptions
),

periods AS (
    SELECT
        artwork_id,
        description_key,
        struct_extract(filled, 'source') AS source
    FROM filled
    WHERE struct_extract(filled, 'slot') = 'period'
),

-- Equal descriptions with another source of the style are distinguished by that.
written AS (
    SELECT
        descriptions.artwork_id,
        descriptions.slots
    FROM descriptions
    INNER JOIN enriched
        ON descriptions.artwork_id = enriched.artwork_id AND descriptions.text = enriched.description
    LEFT JOIN periods
        ON
            descriptions.artwork_id = periods.artwork_id
            AND descriptions.description_key = periods.description_key
    QUALIFY
        row_number() OVER (
            PARTITION BY descriptions.artwork_id
            ORDER BY starts_with(periods.source, enriched.style_source) DESC NULLS LAST, descriptions.description_key
        ) = 1
),

shown AS (
    SELECT
        enriched.*,
        predictions.top_k,
        images.shard,
        written.slots,
        coalesce(decided.reviews, []) AS reviews,
        enriched.review_state AS need
    FROM enriched
    LEFT JOIN images ON enriched.artwork_id = images.artwork_id AND images.status = 'ok'
    LEFT JOIN predictions
        ON
            enriched.artwork_id = predictions.artwork_id
            AND enriched.prediction_key = predictions.prediction_key
    LEFT JOIN written ON enriched.artwork_id = written.artwork_id
    LEFT JOIN decided ON enriched.artwork_id = decided.artwork_id
    WHERE
        ($catalog IS NULL OR enriched.catalog = $catalog)
        AND ($artwork_ids::VARCHAR[] IS NULL OR enriched.artwork_id IN (SELECT unnest($artwork_ids::VARCHAR[])))
)

SELECT
    shown.*,
    artworks.artist_given,
    artworks.born_died_given,
    artworks.date_given,
    artworks.date_earliest,
    artworks.date_latest,
    artworks.technique_given,
    artworks.size_given,
    artworks.location,
    artworks.style_given,
    artworks.source_url,
    count(*) OVER () AS works,
    count(*) FILTER (WHERE shown.need IN ('waiting', 'flagged', 'unknown')) OVER () AS to_decide
FROM shown
LEFT JOIN artworks ON shown.artwork_id = artworks.artwork_id
ORDER BY
    list_position(['waiting', 'flagged', 'unknown', 'none', 'decided'], shown.need),
    shown.confidence DESC NULLS LAST,
    shown.artwork_id
LIMIT $shown
