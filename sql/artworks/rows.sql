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
            END AS technique,
            -- Anything but an address is dropped.
            CASE
                WHEN regexp_full_match(texts.iiif_manifest, '(?i)https?://[^\s<>"{}|\\^`]+')
                    THEN texts.iiif_manifest
            END AS iiif_manifest,
            CASE
                WHEN regexp_full_match(texts.iiif_image, '(?i)https?://[^\s<>"{}|\\^`]+')
                    THEN regexp_replace(texts.iiif_image, '(/info\.json|/)$', '')
            END AS iiif_image
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
        style_terms.style
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
            AND texts.date_given IS NOT DISTINCT FROM suspicious_titles.date_given
            AND texts.source_id IS NOT DISTINCT FROM suspicious_titles.source_id
    LEFT JOIN dates ON texts.date_given = dates.given
    LEFT JOIN sizes ON texts.size_given = sizes.given
    LEFT JOIN locations ON texts.location_given = locations.given
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
        -- An anonymous author or a school is not one artist: such artworks are grouped by place and half-century.
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
                -- Artworks with neither known are not linked.
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
        -- Of all columns but those that are not facts, so that no fact can change unnoticed.
        sha256(
            to_json(struct_pack(
                *COLUMNS(
                    * EXCLUDE (
                        line, raw, problem, born_died_problem, date_problem, size_problem, names_somebody, is_one_artist
                    )
                )
            ))::VARCHAR
        ) AS row_hash
    FROM grouped
),

validated AS MATERIALIZED (
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
    FROM validated
    WHERE problem IS NULL
    GROUP BY ALL
)

SELECT
    validated.*,
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
                    'the id ' || validated.source_id || ' already occurs in line ' || first_line
                    || ' with different facts'
        END
    ) AS reason
FROM validated
LEFT JOIN first_of_id ON validated.source_id = first_of_id.source_id
ORDER BY line
