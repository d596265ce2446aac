-- One row per work of which catalog and prediction name different styles, the surest first; with a
-- least confidence only those that are at least as sure.
SELECT *
FROM disagreements
WHERE coalesce(confidence, 0) >= least_confidence
ORDER BY confidence DESC, artwork_id ASC
