-- One row per staged row, with its normalised facts and what becomes of it:
-- an artwork, a duplicate of one, or a row for the quarantine with its reason.
WITH normalised AS (
    SELECT
        staged.*,
        $catalog || ':' || staged.source_id AS artwork_id,
        artist_names.artist,
        artist_names.artist_display,
        -- An anonymous author is not one artist: such works are grouped by what is known of them.
        CASE
            WHEN artist_names.artist IS NOT NULL THEN coalesce(staged.artist_url, staged.artist_given)
            ELSE concat_ws('|', 'anonymous', staged.artist_given, staged.style_given)
        END AS artist_key,
        CASE
            WHEN staged.nationality_given NOT IN ('Other', 'other')
                THEN upper(staged.nationality_given[1]) || staged.nationality_given[2:]
        END AS nationality,
        titles.title,
        techniques.technique,
        forms.form,
        style_terms.style
    FROM staged
    LEFT JOIN artist_names ON staged.artist_given = artist_names.given
    LEFT JOIN titles ON staged.title_given = titles.given
    LEFT JOIN techniques ON staged.picture_data_given = techniques.given
    LEFT JOIN forms
        ON
            techniques.technique IS NOT DISTINCT FROM forms.technique
            AND staged.profession IS NOT DISTINCT FROM forms.profession
    LEFT JOIN style_terms ON lower(staged.style_given) = style_terms.term
),

hashed AS (
    SELECT
        *,
        sha256(to_json(struct_pack(
            artist_given,
            artist,
            artist_display,
            artist_key,
            artist_url,
            profession,
            born_died_given,
            nationality_given,
            nationality,
            base_given,
            title_given,
            title,
            picture_data_given,
            technique,
            form,
            style_given,
            style,
            image_key,
            source_url
        ))::VARCHAR) AS row_hash
    FROM normalised
),

ranked AS (
    SELECT
        *,
        min(line) FILTER (WHERE problem IS NULL) OVER same_id AS first_line,
        first_value(row_hash) OVER (
            PARTITION BY source_id, problem IS NULL ORDER BY line
        ) AS first_hash
    FROM hashed
    WINDOW same_id AS (PARTITION BY source_id)
)

SELECT
    *,
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
                THEN 'the ID ' || source_id || ' stands already in line ' || first_line || ' with other facts'
        END
    ) AS reason
FROM ranked
ORDER BY line
