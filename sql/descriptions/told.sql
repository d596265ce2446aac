-- One row per work and language: what its sentence is made of, and the key that follows from it.
SELECT
    resolved.artwork_id,
    resolved.catalog,
    wordings.position,
    wordings.language,
    resolved.artist,
    resolved.profession,
    resolved.form,
    resolved.title,
    resolved.told_style,
    resolved.told_source,
    resolved.hedged,
    resolved.told_evidence,
    CASE WHEN wordings.tells_closest THEN resolved.closest END AS closest,
    sha256(to_json([
        wordings.template,
        wordings.language,
        resolved.artist,
        resolved.profession,
        resolved.form,
        resolved.title,
        resolved.told_style,
        resolved.told_source,
        resolved.hedged::VARCHAR,
        resolved.told_evidence,
        CASE WHEN wordings.tells_closest THEN to_json(resolved.closest)::VARCHAR END
    ])::VARCHAR) AS description_key
FROM resolved
CROSS JOIN wordings
