-- One row per artwork and language: the inputs of its description, and their key.
SELECT
    resolved.artwork_id,
    resolved.catalog,
    template_versions.position,
    template_versions.language,
    resolved.artist,
    resolved.profession,
    resolved.form,
    resolved.title,
    resolved.described_style,
    resolved.described_source,
    resolved.hedged,
    resolved.described_evidence,
    CASE WHEN template_versions.mentions_closest THEN resolved.closest END AS closest,
    sha256(to_json([
        template_versions.template,
        template_versions.language,
        resolved.artist,
        resolved.profession,
        resolved.form,
        resolved.title,
        resolved.described_style,
        resolved.described_source,
        resolved.hedged::VARCHAR,
        resolved.described_evidence,
        CASE WHEN template_versions.mentions_closest THEN to_json(resolved.closest)::VARCHAR END
    ])::VARCHAR) AS description_key
FROM resolved
CROSS JOIN template_versions
