-- One row per fact and way of writing it: an example, how it was read or why not, and how many artworks.
WITH facts AS (
    SELECT
        unnest([
            {
                fact: 'artist',
                given: artist_given,
                meant: artist_display,
                reason: NULL,
                shape: regexp_replace(artist_given, '[[:alpha:]\p{L}.]+', 'a', 'g')
            },
            {
                fact: 'life',
                given: born_died_given,
                meant: concat_ws(
                    ', ',
                    'born ' || born,
                    'died ' || died,
                    'active ' || nullif(concat_ws('-', active_from, active_to), '')
                ),
                reason: born_died_problem,
                shape: regexp_replace(born_died_given, '[[:alpha:]\p{L}.]+', 'a', 'g')
            },
            {
                fact: 'nationality',
                given: nationality_given,
                meant: nationality,
                reason: NULL,
                shape: nationality_given
            },
            {
                fact: 'date',
                given: date_given,
                meant: CASE
                    WHEN date_latest IS NULL THEN 'from ' || date_earliest
                    WHEN date_earliest IS NULL THEN 'until ' || date_latest
                    WHEN date_latest = date_earliest THEN date_earliest::VARCHAR
                    ELSE date_earliest || '-' || date_latest
                END,
                reason: date_problem,
                shape: date_given
            },
            {
                fact: 'size',
                given: size_given,
                meant: concat_ws(
                    ', ',
                    'height ' || height_cm || ' cm',
                    'width ' || width_cm || ' cm',
                    'depth ' || depth_cm || ' cm',
                    'diameter ' || diameter_cm || ' cm'
                ),
                reason: size_problem,
                shape: size_given
            },
            { fact: 'form', given: form_given, meant: form, reason: NULL, shape: form_given },
            { fact: 'style', given: style_given, meant: style, reason: NULL, shape: style_given }
        ], recursive := TRUE)
    FROM ingested_rows
    WHERE outcome = 'artwork'
),

ways AS (
    SELECT
        fact,
        nullif(meant, '') IS NOT NULL AS is_read,
        arg_min(given, given) AS given,
        arg_min(nullif(meant, ''), given) AS meant,
        arg_min(reason, given) AS reason,
        count(*) AS artworks
    FROM facts
    WHERE given IS NOT NULL
    GROUP BY fact, is_read, regexp_replace(shape, '[0-9]+', '9', 'g')
)

SELECT *
FROM ways
QUALIFY
    row_number() OVER (PARTITION BY fact, is_read ORDER BY artworks DESC, given)
    <= CASE fact WHEN 'style' THEN 3 * $most ELSE $most END
ORDER BY is_read DESC, fact, artworks DESC, given
