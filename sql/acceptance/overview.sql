-- One row per catalog: whether its confident predictions count and why, its last audit, and how many
-- of that audit's artworks no person has decided yet.
WITH last_audits AS (
    SELECT
        catalog,
        audit_id
    FROM audits
    QUALIFY row_number() OVER (PARTITION BY catalog ORDER BY drawn_at DESC, audit_id) = 1
),

progress AS (
    SELECT
        audits.catalog,
        audits.audit_id,
        count(*) AS drawn,
        count(*) FILTER (WHERE reviewed.artwork_id IS NULL AND artworks.removed_at IS NULL) AS undecided
    FROM audits
    SEMI JOIN last_audits ON audits.audit_id = last_audits.audit_id
    LEFT JOIN reviewed ON audits.artwork_id = reviewed.artwork_id
    LEFT JOIN artworks ON audits.artwork_id = artworks.artwork_id
    GROUP BY audits.catalog, audits.audit_id
)

SELECT
    acceptance.*,
    progress.audit_id,
    coalesce(progress.drawn, 0) AS drawn,
    coalesce(progress.undecided, 0) AS undecided
FROM acceptance
LEFT JOIN progress ON acceptance.catalog = progress.catalog
WHERE $catalog IS NULL OR acceptance.catalog = $catalog
ORDER BY acceptance.catalog
