-- fail: a prediction stands in the place of the catalog's own label
SELECT artwork_id
FROM enriched
WHERE style_source = 'predicted' AND catalog_style IS NOT NULL
