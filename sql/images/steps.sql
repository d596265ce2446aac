-- One row per image that needs a step, of the relation `compared` (plan.sql). `step`: `read` its
-- file; `record` that it has no readable one; or `keep` the stored image, and note the reason why there is no other,
-- or that the reason no longer applies. A stored image is given up only where its absence is `confirmed`.
SELECT
    artwork_id,
    image_key AS key,
    etag,
    size_bytes AS size,
    sha256,
    held,
    known,
    status,
    reason,
    CASE
        WHEN status IS NULL AND NOT is_up_to_date THEN 'read'
        WHEN status IS NULL THEN 'keep'
        WHEN held AND (status <> 'missing' OR NOT $confirmed) THEN 'keep'
        ELSE 'record'
    END AS step
FROM compared
WHERE
    CASE step
        WHEN 'read' THEN TRUE
        WHEN 'keep' THEN held AND error_before IS DISTINCT FROM reason
        ELSE NOT is_recorded
    END
ORDER BY artwork_id
