-- One row per work and language whose sentence is still to be written, with the facts that it is
-- made of.
SELECT
    told.artwork_id,
    told.catalog,
    told.language,
    told.description_key,
    told.artist,
    told.profession,
    told.form,
    told.title,
    told.told_style,
    told.told_source,
    told.hedged,
    told.told_evidence,
    told.closest
FROM told
ANTI JOIN descriptions
    ON
        told.artwork_id = descriptions.artwork_id
        AND told.description_key = descriptions.description_key
ORDER BY told.artwork_id, told.position
