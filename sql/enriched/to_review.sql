-- One row: how many works wait for a person: a prediction to be reviewed, no label, and no
-- decision of a person yet.
SELECT count(*) AS works
FROM enriched
WHERE
    NOT removed
    AND decision = 'review'
    AND style_source = 'unknown'
    AND review_decision IS NULL
    AND ($catalog IS NULL OR catalog = $catalog)
