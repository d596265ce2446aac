-- One row per artwork with any input that the classifier uses: its image, its facts and the
-- labels of its artist's other works, and the key of the prediction from them. Inputs that the classifier
-- does not use are null and not part of the key. An artwork outside the vocabulary is included without a classifier
-- too: its key follows from the reason alone, and no classifier predicts it.
WITH known AS (
    SELECT
        artworks.artwork_id,
        artworks.catalog,
        artworks.removed_at IS NOT NULL AS removed,
        artworks.outside,
        CASE WHEN $uses_image AND images.status = 'ok' THEN images.sha256 END AS image_sha256,
        CASE WHEN $uses_facts THEN to_json([
            artworks.date_earliest::VARCHAR,
            artworks.date_latest::VARCHAR,
            artworks.born::VARCHAR,
            artworks.died::VARCHAR,
            artworks.active_from::VARCHAR,
            artworks.active_to::VARCHAR,
            artworks.timeframe_from::VARCHAR,
            artworks.timeframe_to::VARCHAR,
            artworks.nationality,
            artworks.technique,
            artworks.form,
            artworks.type_given,
            artworks.profession,
            artworks.height_cm::VARCHAR,
            artworks.width_cm::VARCHAR,
            artworks.depth_cm::VARCHAR,
            artworks.diameter_cm::VARCHAR
        ])::VARCHAR END AS facts,
        $uses_facts
        AND coalesce(
            artworks.date_earliest::VARCHAR,
            artworks.date_latest::VARCHAR,
            artworks.born::VARCHAR,
            artworks.died::VARCHAR,
            artworks.active_from::VARCHAR,
            artworks.active_to::VARCHAR,
            artworks.timeframe_from::VARCHAR,
            artworks.timeframe_to::VARCHAR,
            artworks.nationality,
            artworks.technique,
            artworks.form,
            artworks.type_given,
            artworks.profession,
            artworks.height_cm::VARCHAR,
            artworks.width_cm::VARCHAR,
            artworks.depth_cm::VARCHAR,
            artworks.diameter_cm::VARCHAR
        ) IS NOT NULL AS has_facts,
        CASE WHEN $uses_other_works THEN other_labels.labels END AS other_labels
    FROM artworks
    LEFT JOIN images ON artworks.artwork_id = images.artwork_id
    LEFT JOIN other_labels ON artworks.artwork_id = other_labels.artwork_id
    WHERE
        ($catalog IS NULL OR artworks.catalog = $catalog)
        AND ($classifier_key IS NOT NULL OR artworks.outside IS NOT NULL)
)

SELECT
    artwork_id,
    catalog,
    removed,
    image_sha256,
    other_labels,
    outside,
    CASE WHEN outside IS NOT NULL THEN sha256('outside|' || outside) ELSE sha256(concat_ws(
        '|',
        coalesce(image_sha256, ''),
        CASE WHEN has_facts THEN facts ELSE '' END,
        coalesce(to_json(other_labels)::VARCHAR, ''),
        $classifier_key
    )) END AS prediction_key
FROM known
WHERE image_sha256 IS NOT NULL OR has_facts OR other_labels IS NOT NULL OR outside IS NOT NULL
