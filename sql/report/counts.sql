-- One row: works of a catalog, or of all, as they are now.
SELECT
    count(*) FILTER (WHERE NOT removed) AS works,
    count(*) FILTER (WHERE removed) AS removed,
    count(*) FILTER (WHERE NOT removed AND image_status = 'ok') AS with_picture,
    count(*) FILTER (WHERE NOT removed AND catalog_style IS NOT NULL) AS labelled,
    count(*) FILTER (WHERE NOT removed AND predicted_style IS NOT NULL) AS predicted,
    count(*) FILTER (WHERE NOT removed AND decision = 'accepted') AS accepted,
    count(*) FILTER (WHERE NOT removed AND decision = 'review') AS to_be_reviewed,
    count(*) FILTER (WHERE NOT removed AND decision = 'abstained') AS abstained,
    count(*) FILTER (WHERE NOT removed AND decision = 'outside') AS outside,
    count(*) FILTER (WHERE NOT removed AND disagrees) AS disagreeing,
    count(*) FILTER (WHERE NOT removed AND len(flags) > 0) AS flagged,
    count(*) FILTER (WHERE NOT removed AND review_decision IS NOT NULL) AS reviewed
FROM enriched
WHERE $catalog IS NULL OR catalog = $catalog
