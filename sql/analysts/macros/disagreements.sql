-- One row per artwork whose catalog style and prediction differ, the most confident first; with a
-- least confidence only those at or above it.
SELECT *
FROM disagreements
WHERE coalesce(confidence, 0) >= least_confidence
ORDER BY confidence DESC, artwork_id ASC
