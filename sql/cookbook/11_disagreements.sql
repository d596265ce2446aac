-- Where does one kind of evidence contradict the catalog most confidently, and on what basis?
WITH by_evidence AS (
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
    by_itself.style AS style,
    round(by_itself.probability, 2) AS probability,
    by_itself.basis AS basis
FROM by_evidence
WHERE by_itself.style <> catalog_style
ORDER BY by_itself.probability DESC, artwork_id
LIMIT 5
