-- fail: a prediction has replaced the catalog's own label
SELECT artwork_id
FROM enriched
WHERE style_source = 'predicted' AND catalog_style IS NOT NULL
