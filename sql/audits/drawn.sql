-- One row per artwork of some audits that is still in its catalog, in an order drawn by hash that has
-- nothing to do with its probability of being drawn.
SELECT audits.artwork_id
FROM audits
INNER JOIN artworks ON audits.artwork_id = artworks.artwork_id
WHERE list_contains($audit_ids::VARCHAR[], audits.audit_id) AND artworks.removed_at IS NULL
ORDER BY sha256(audits.artwork_id || '|' || audits.audit_id)
