-- Where does one kind of evidence contradict the catalog most confidently, and what does it rest on?
WITH said AS (
    SELECT
        artwork_id,
        catalog_style,
        unnest(evidence) AS by_itself
    FROM enriched
    WHERE catalog_style IS NOT NULL
)

SELECT
    artwork_id,
    catalog_style,
    by_itself.evidence AS evidence,
    by_itself.style AS says,
    round(by_itself.probability, 2) AS probability,
    by_itself.basis AS rests_on
FROM said
WHERE by_itself.style <> catalog_style
ORDER BY by_itself.probability DESC, artwork_id
LIMIT 5
