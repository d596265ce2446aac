-- One row per staged row, with its normalised facts and outcome:
-- an artwork, a duplicate of one, or a row for the quarantine with its reason.
WITH normalised AS (
    SELECT
        texts.* REPLACE (
            coalesce(texts.profession, makers.role) AS profession,
            -- A picture of a building or a statue is not made of its material.
            CASE
                WHEN
                    forms.form IS NULL OR forms.form = 'photograph'
                    OR NOT regexp_full_match(texts.technique, '(?i)photo(graph)?s?')
                    THEN texts.technique
            END AS technique
        ),
        $catalog || ':' || texts.source_id AS artwork_id,
        makers.artist,
        makers.artist_display,
        makers.attributions,
        makers.names_somebody,
        makers.is_one_artist,
        makers.born,
        makers.died,
        makers.active_from,
        makers.active_to,
        makers.born_died_problem,
        makers.nationality,
        -- A title that looks like a file's name or ends in a number is read beside the other facts.
        CASE WHEN titles.is_suspicious THEN suspicious_titles.title ELSE titles.title END AS title,
        dates.earliest AS date_earliest,
        dates.latest AS date_latest,
        dates.certainty AS date_certainty,
        dates.problem AS date_problem,
        sizes.height_cm,
        sizes.width_cm,
        sizes.depth_cm,
        sizes.diameter_cm,
        sizes.problem AS size_problem,
        locations.location,
        forms.form,
        timeframes.timeframe_from,
        timeframes.timeframe_to,
        style_terms.style,
        -- Anything but an address is dropped.
        CASE
            WHEN regexp_full_match(texts.iiif_manifest_given, '(?i)https?://[^\s<>"{}|\\^`]+')
                THEN texts.iiif_manifest_given
        END AS iiif_manifest,
        CASE
            WHEN regexp_full_match(texts.iiif_image_given, '(?i)https?://[^\s<>"{}|\\^`]+')
                THEN regexp_replace(texts.iiif_image_given, '(/info\.json|/)$', '')
        END AS iiif_image
    FROM texts
    LEFT JOIN makers
        ON
            texts.artist_given IS NOT DISTINCT FROM makers.artist_given
            AND texts.born_died_given IS NOT DISTINCT FROM makers.born_died_given
            AND texts.nationality_given IS NOT DISTINCT FROM makers.nationality_given
    LEFT JOIN titles ON texts.title_given = titles.given
    LEFT JOIN suspicious_titles
        ON
            texts.title_given = suspicious_titles.title_given
            AND texts.artist_given IS NOT DISTINCT FROM suspicious_titles.artist_given
            AND texts.date_text IS NOT DISTINCT FROM suspicious_titles.date_text
            AND texts.source_id IS NOT DISTINCT FROM suspicious_titles.source_id
    LEFT JOIN dates ON texts.date_text = dates.given
    LEFT JOIN sizes ON texts.size_text = sizes.given
    LEFT JOIN locations ON texts.location_text = locations.given
    LEFT JOIN timeframes ON texts.timeframe_given = timeframes.given
    LEFT JOIN style_terms ON texts.style_given = style_terms.given
    LEFT JOIN forms
        ON
            texts.technique IS NOT DISTINCT FROM forms.technique
            AND texts.profession IS NOT DISTINCT FROM forms.profession
            AND texts.form_given IS NOT DISTINCT FROM forms.form_given
            AND texts.type_given IS NOT DISTINCT FROM forms.type_given
),

grouped AS (
    SELECT
        *,
        -- An anonymous author or a school is not one artist: such works are grouped by place and half-century.
        CASE
            -- An artist's page does not identify a follower.
            WHEN is_one_artist THEN coalesce(artist_url, artist_given)
            WHEN names_somebody THEN artist_given
            ELSE concat_ws(
                '|',
                'anonymous',
                artist_given,
                coalesce(nationality, style, ''),
                floor(coalesce(date_earliest, date_latest, timeframe_from) / 50)::INTEGER * 50,
                -- Works with neither known are not linked.
                CASE
                    WHEN
                        coalesce(nationality, style) IS NULL
                        AND coalesce(date_earliest, date_latest, timeframe_from) IS NULL
                        THEN source_id
                END
            )
        END AS artist_key
    FROM normalised
),

hashed AS (
    SELECT
        *,
        sha256(concat_ws(
            chr(31),
            coalesce(artist_given, ''),
            coalesce(artist, ''),
            coalesce(artist_display, ''),
            to_json(attributions)::VARCHAR,
            coalesce(artist_key, ''),
            coalesce(artist_url, ''),
            coalesce(profession, ''),
            coalesce(born_died_given, ''),
            coalesce(born, 0),
            coalesce(died, 0),
            coalesce(active_from, 0),
            coalesce(active_to, 0),
            coalesce(nationality_given, ''),
            coalesce(nationality, ''),
            coalesce(base_given, ''),
            coalesce(title_given, ''),
            coalesce(title, ''),
            coalesce(picture_data_given, ''),
            coalesce(date_text, ''),
            coalesce(date_earliest, 0),
            coalesce(date_latest, 0),
            coalesce(date_certainty, ''),
            coalesce(technique_given, ''),
            coalesce(technique, ''),
            coalesce(size_text, ''),
            coalesce(height_cm, 0),
            coalesce(width_cm, 0),
            coalesce(depth_cm, 0),
            coalesce(diameter_cm, 0),
            coalesce(location_text, ''),
            coalesce(location, ''),
            coalesce(form_given, ''),
            coalesce(form, ''),
            coalesce(type_given, ''),
            coalesce(timeframe_given, ''),
            coalesce(style_given, ''),
            coalesce(style, ''),
            coalesce(image_key, ''),
            coalesce(source_url, ''),
            coalesce(iiif_manifest, ''),
            coalesce(iiif_image, '')
        )) AS row_hash
    FROM grouped
),

judged AS MATERIALIZED (
    SELECT
        * REPLACE (
            CASE
                WHEN problem IS NOT NULL THEN problem
                WHEN source_id IS NULL THEN 'the row has no id'
                WHEN length(source_id) > 200 THEN 'the id is longer than 200 characters'
                WHEN regexp_matches(source_id, '\p{Cc}') THEN 'the id contains a control character'
            END AS problem
        )
    FROM hashed
),

-- An aggregate, not a window, which would sort the rows with all their texts.
first_of_id AS (
    SELECT
        source_id,
        min(line) AS first_line,
        arg_min(row_hash, line) AS first_hash
    FROM judged
    WHERE problem IS NULL
    GROUP BY ALL
)

SELECT
    judged.*,
    CASE
        WHEN problem IS NOT NULL THEN 'quarantined'
        WHEN line = first_line THEN 'artwork'
        WHEN row_hash = first_hash THEN 'duplicate'
        ELSE 'quarantined'
    END AS outcome,
    coalesce(
        problem,
        CASE
            WHEN line <> first_line AND row_hash <> first_hash
                THEN
                    'the id ' || judged.source_id || ' already occurs in line ' || first_line
                    || ' with different facts'
        END
    ) AS reason
FROM judged
LEFT JOIN first_of_id ON judged.source_id = first_of_id.source_id
ORDER BY line
