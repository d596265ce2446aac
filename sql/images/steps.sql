-- One row per image that something is to be done about, of the relation `compared` (plan.sql). `step`: `read` its
-- file; `record` that it has none that can be read; or `keep` what is held, and note the reason why that is all there
-- is, or that the reason is gone. An image that is held is given up only where its absence is `confirmed`.
SELECT
    artwork_id,
    image_key,
    etag,
    size_bytes,
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
