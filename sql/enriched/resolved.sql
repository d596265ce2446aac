-- One row per work: its facts, the champion's prediction, the style that counts and where it came
-- from (the catalog's own label, then an accepted prediction), and the key of the sentence that
-- follows from them. A prediction that waits for review appears in the sentence as a guess.
WITH predicted AS (
    SELECT
        artworks.*,
        images.status AS image_status,
        images.sha256 AS image_sha256,
        images.shard,
        predictions.style AS predicted_style,
        predictions.confidence,
        predictions.decision,
        predictions.in_training,
        sha256(images.sha256 || '|' || $classifier_key) AS prediction_key
    FROM artworks
    LEFT JOIN images ON artworks.artwork_id = images.artwork_id
    LEFT JOIN predictions
        ON
            artworks.artwork_id = predictions.artwork_id
            AND sha256(images.sha256 || '|' || $classifier_key) = predictions.prediction_key
    WHERE $catalog IS NULL OR artworks.catalog = $catalog
),

resolved AS (
    SELECT
        *,
        coalesce(style, CASE WHEN decision = 'accepted' THEN predicted_style END) AS resolved_style,
        CASE
            WHEN style IS NOT NULL THEN 'catalog'
            WHEN decision = 'accepted' THEN 'predicted'
            ELSE 'unknown'
        END AS style_source,
        style IS NULL AND coalesce(decision = 'review', FALSE) AS hedged
    FROM predicted
),

told AS (
    SELECT
        *,
        CASE WHEN hedged THEN predicted_style ELSE resolved_style END AS told_style,
        CASE WHEN hedged THEN 'predicted' ELSE style_source END AS told_source
    FROM resolved
)

SELECT
    *,
    sha256(to_json([
        $template, $language, artist, profession, form, title, told_style, told_source, hedged::VARCHAR
    ])::VARCHAR) AS description_key
FROM told
ORDER BY artwork_id
