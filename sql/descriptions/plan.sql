-- One row per work whose sentence is still to be written, with the facts that it is made of.
SELECT
    resolved.artwork_id,
    resolved.catalog,
    resolved.description_key,
    resolved.artist,
    resolved.profession,
    resolved.form,
    resolved.title,
    resolved.told_style,
    resolved.told_source,
    resolved.hedged
FROM resolved
ANTI JOIN descriptions
    ON
        resolved.artwork_id = descriptions.artwork_id
        AND resolved.description_key = descriptions.description_key
ORDER BY resolved.artwork_id
