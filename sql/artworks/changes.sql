-- One row per artwork of the catalog that differs from the table: new, changed, removed or returned.
WITH now_there AS (
    SELECT * FROM ingested_rows
    WHERE outcome = 'artwork'
),

known AS (
    SELECT * FROM artworks
    WHERE catalog = $catalog
),

compared AS (
    SELECT
        known.first_seen_at AS known_since,
        CASE
            WHEN known.artwork_id IS NULL THEN 'new'
            WHEN known.removed_at IS NOT NULL THEN 'returned'
            WHEN known.row_hash <> now_there.row_hash THEN 'changed'
            ELSE 'unchanged'
        END AS change,
        now_there.*
    FROM now_there
    LEFT JOIN known ON now_there.artwork_id = known.artwork_id
)

SELECT
    change,
    artwork_id,
    $catalog AS catalog,
    source_id,
    artist_given,
    artist,
    artist_display,
    attributions,
    artist_key,
    artist_url,
    profession,
    born_died_given,
    born,
    died,
    active_from,
    active_to,
    nationality_given,
    nationality,
    base_given,
    title_given,
    title,
    picture_data_given,
    date_text AS date_given,
    date_earliest,
    date_latest,
    date_certainty,
    technique_given,
    technique,
    size_text AS size_given,
    height_cm,
    width_cm,
    depth_cm,
    diameter_cm,
    location_text AS location_given,
    location,
    form_given,
    form,
    type_given,
    timeframe_given,
    timeframe_from,
    timeframe_to,
    style_given,
    style,
    outside,
    image_key,
    source_url,
    iiif_manifest,
    iiif_image,
    row_hash,
    coalesce(known_since, $now) AS first_seen_at,
    $now AS last_changed_at,
    NULL::TIMESTAMPTZ AS removed_at
FROM compared
WHERE change <> 'unchanged'
UNION ALL BY NAME
SELECT
    'removed' AS change,
    known.* REPLACE ($now AS removed_at)
FROM known
WHERE
    known.removed_at IS NULL
    AND known.artwork_id NOT IN (SELECT now_there.artwork_id FROM now_there)
-- In order of the key, so that each slice of a merge meets few files of the table.
ORDER BY artwork_id
