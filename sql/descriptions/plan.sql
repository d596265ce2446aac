-- One row per artwork and language whose description is still to be written, with the facts that it is
-- made of.
SELECT
    description_inputs.artwork_id,
    description_inputs.catalog,
    description_inputs.language,
    description_inputs.description_key,
    description_inputs.artist,
    description_inputs.profession,
    description_inputs.form,
    description_inputs.title,
    description_inputs.described_style,
    description_inputs.described_source,
    description_inputs.hedged,
    description_inputs.described_evidence,
    description_inputs.closest
FROM description_inputs
ANTI JOIN descriptions
    ON
        description_inputs.artwork_id = descriptions.artwork_id
        AND description_inputs.description_key = descriptions.description_key
ORDER BY description_inputs.artwork_id, description_inputs.position
