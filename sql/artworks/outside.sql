-- One row per unlabelled row of the relation `normalised_rows` whose facts exclude every style of the vocabulary, and
-- why. Unknown facts exclude nothing. A date is outside the vocabulary's years also if its middle is: most of
-- `20th century` is after 1925. A date that contradicts the artist's life is ignored. Artworks are hardly ever made
-- more than fifty years before the year that they are dated before.
WITH ends AS (
    SELECT
        min(earliest) AS earliest,
        max(latest) AS latest,
        min(first_year) AS first_year,
        max(last_year) AS last_year
    FROM style_bounds
),

dated AS (
    SELECT
        *,
        coalesce(date_latest < coalesce(born, active_from), FALSE)
        OR coalesce(date_earliest > coalesce(died, active_to) + 20, FALSE) AS contradicts
    FROM normalised_rows
    WHERE style IS NULL AND outcome = 'artwork'
),

known AS (
    SELECT
        line,
        CASE WHEN NOT contradicts THEN date_earliest END AS date_earliest,
        CASE WHEN NOT contradicts THEN date_latest END AS date_latest,
        CASE
            WHEN NOT contradicts THEN coalesce((date_earliest + date_latest) / 2, date_latest - 25)
        END AS middle,
        born,
        died,
        coalesce(active_from, timeframe_from) AS active_from,
        coalesce(active_to, timeframe_to) AS active_to,
        coalesce(nationality, nationality_given) AS nationality,
        coalesce(form, form_given) AS form,
        coalesce(regions.regions, []) AS regions,
        [lower(form), lower(form_given), regexp_replace(lower(form_given), 's$', '')] AS forms,
        style_terms.other_style
    FROM dated
    LEFT JOIN regions ON dated.nationality_given = regions.given
    LEFT JOIN style_terms ON dated.style_given = style_terms.given
),

compared AS (
    SELECT
        known.*,
        coalesce(known.date_earliest <= style_bounds.latest, TRUE)
        AND coalesce(known.date_latest >= style_bounds.earliest, TRUE)
        AND coalesce(known.middle BETWEEN ends.earliest AND ends.latest, TRUE) AS fits_date,
        coalesce(known.born <= style_bounds.born_by, TRUE)
        AND coalesce(known.active_from <= style_bounds.latest, TRUE)
        AND coalesce(coalesce(known.died, known.active_to) >= style_bounds.earliest, TRUE) AS fits_life,
        len(known.regions) = 0
        OR len(style_bounds.regions) = 0
        OR list_has_any(known.regions, style_bounds.regions) AS fits_region,
        (known.form IS NULL OR len(style_bounds.forms) = 0 OR list_has_any(known.forms, style_bounds.forms))
        AND NOT list_has_any(known.forms, style_bounds.not_forms) AS fits_form
    FROM known
    CROSS JOIN style_bounds
    CROSS JOIN ends
),

-- Of equal rows the first value is that of all.
admitted AS (
    SELECT
        line,
        any_value(other_style) AS other_style,
        any_value(date_earliest) AS date_earliest,
        any_value(date_latest) AS date_latest,
        any_value(born) AS born,
        any_value(coalesce(died, active_to)) AS died,
        any_value(active_from) AS active_from,
        any_value(nationality) AS nationality,
        any_value(form) AS form,
        bool_or(fits_date) AS by_date,
        bool_or(fits_life) AS by_life,
        bool_or(fits_region) AS by_region,
        bool_or(fits_form) AS by_form,
        bool_or(fits_date AND fits_life AND fits_region AND fits_form) AS by_all
    FROM compared
    GROUP BY line
),

worded AS (
    SELECT
        admitted.*,
        concat_ws(
            '-',
            CASE WHEN date_earliest < 0 THEN concat(-date_earliest, ' BC') ELSE date_earliest::VARCHAR END,
            CASE
                WHEN date_latest IS DISTINCT FROM date_earliest
                    THEN if(date_latest < 0, concat(-date_latest, ' BC'), date_latest::VARCHAR)
            END
        ) AS date_words,
        CASE
            WHEN coalesce(date_earliest, date_latest) > ends.last_year THEN concat('the styles end in ', ends.last_year)
            WHEN coalesce(date_latest, date_earliest) < ends.first_year
                THEN concat('the styles begin in ', ends.first_year)
            WHEN date_latest > ends.last_year THEN concat('mostly after the styles, which end in ', ends.last_year)
            WHEN date_earliest < ends.first_year
                THEN concat('mostly before the styles, which begin in ', ends.first_year)
            ELSE 'no style has artworks of that time'
        END AS date_reason
    FROM admitted
    CROSS JOIN ends
)

SELECT
    line,
    CASE
        WHEN other_style IS NOT NULL THEN concat('style: the catalog says ', other_style)
        WHEN NOT by_date THEN concat('date: ', date_words, '; ', date_reason)
        WHEN NOT by_life AND born IS NOT NULL
            THEN concat('artist: born in ', born, coalesce(', died in ' || died, ''), '; no style has artists of then')
        WHEN NOT by_life
            THEN concat('artist: active ', coalesce('from ' || active_from, 'to ' || died), '; no style is of then')
        WHEN NOT by_region THEN concat('region: ', nationality, '; no style has artists from there')
        WHEN NOT by_form THEN concat('form: ', form, '; no style has artworks of that form')
        ELSE 'date, region and form: no style has all of them'
    END AS outside
FROM worded
WHERE other_style IS NOT NULL OR NOT by_all
