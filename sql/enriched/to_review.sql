-- One row: how many works wait for a person: a prediction to be reviewed, and no label.
SELECT count(*) AS works
FROM enriched
WHERE
    NOT removed
    AND decision = 'review'
    AND style_source = 'unknown'
    AND ($catalog IS NULL OR catalog = $catalog)
