-- One row per catalog: its artworks by state, and its rows in quarantine. docs/glossary.md defines the counts.
WITH states AS (
    SELECT
        artworks.catalog,
        count(*) FILTER (WHERE artworks.removed_at IS NULL) AS artworks,
        count(*) FILTER (WHERE artworks.removed_at IS NOT NULL) AS removed,
        count(*) FILTER (WHERE artworks.removed_at IS NULL AND images.status = 'ok') AS with_image,
        count(*) FILTER (WHERE artworks.removed_at IS NULL AND artworks.style IS NOT NULL) AS labelled,
        count(enriched.predicted_style) AS with_prediction,
        count(*) FILTER (WHERE enriched.decision = 'accepted') AS accepted,
        count(*) FILTER (WHERE enriched.decision = 'review') AS uncertain,
        count(*) FILTER (WHERE enriched.decision = 'abstained') AS abstained,
        count(*) FILTER (WHERE artworks.outside IS NOT NULL AND artworks.removed_at IS NULL) AS outside,
        count(*) FILTER (WHERE enriched.disagrees) AS disagreeing,
        count(*) FILTER (WHERE len(enriched.flags) > 0) AS with_flags,
        count(*) FILTER (WHERE enriched.review_decision IS NOT NULL) AS decided,
        count(*) FILTER (WHERE enriched.review_state = 'waiting') AS waiting,
        count(*) FILTER (WHERE enriched.review_state = 'flagged') AS flagged,
        count(*) FILTER (WHERE enriched.review_state = 'unknown') AS unknown
    FROM artworks
    LEFT JOIN images ON artworks.artwork_id = images.artwork_id
    LEFT JOIN enriched ON artworks.artwork_id = enriched.artwork_id
    GROUP BY artworks.catalog
),

unusable AS (
    SELECT
        catalog,
        count(*) AS quarantined
    FROM quarantine
    WHERE resolved_at IS NULL
    GROUP BY catalog
)

SELECT
    coalesce(states.catalog, unusable.catalog) AS catalog,
    coalesce(states.artworks, 0) AS artworks,
    coalesce(states.removed, 0) AS removed,
    coalesce(unusable.quarantined, 0) AS quarantined,
    coalesce(states.with_image, 0) AS with_image,
    coalesce(states.labelled, 0) AS labelled,
    coalesce(states.with_prediction, 0) AS with_prediction,
    coalesce(states.accepted, 0) AS accepted,
    coalesce(states.uncertain, 0) AS uncertain,
    coalesce(states.abstained, 0) AS abstained,
    coalesce(states.outside, 0) AS outside,
    coalesce(states.disagreeing, 0) AS disagreeing,
    coalesce(states.with_flags, 0) AS with_flags,
    coalesce(states.decided, 0) AS decided,
    coalesce(states.waiting, 0) AS waiting,
    coalesce(states.flagged, 0) AS flagged,
    coalesce(states.unknown, 0) AS unknown,
    coalesce(states.waiting + states.flagged + states.unknown, 0) AS need_decision
FROM states
FULL JOIN unusable ON states.catalog = unusable.catalog
ORDER BY catalog
