-- Where are catalog and classifier surest that they disagree?
SELECT
    artwork_id,
    title,
    catalog_style,
    predicted_style,
    confidence
FROM disagreements(least_confidence := 0.5)
ORDER BY confidence DESC, artwork_id
LIMIT 5
