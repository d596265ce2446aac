-- One row per row of artwork_dataset.csv, in those of the columns of `staged` that the two files have.
-- The artist's facts come from info_dataset.csv without multiplying rows: where an artist stands
-- there more than once, the directory in the URLs identifies the right one; where it does not,
-- only the facts that all candidates share are taken.
WITH work AS (
    SELECT
        line,
        raw,
        problem,
        nullif(trim("ID"), '') AS source_id,
        nullif(trim(artist), '') AS artist,
        nullif(trim(title), '') AS title,
        nullif(trim("picture data"), '') AS picture_data,
        nullif(trim("jpg url"), '') AS source_url,
        regexp_extract("jpg url", '/art/(.+)/[^/]*$', 1) AS directory
    FROM artwork_rows
),

artist_info AS (
    SELECT
        trim(artist) AS artist,
        nullif(trim("born-died"), '') AS born_died,
        nullif(trim(period), '') AS period,
        nullif(trim(school), '') AS profession,
        nullif(trim(url), '') AS url,
        nullif(trim(base), '') AS base,
        nullif(trim(nationality), '') AS nationality,
        regexp_extract(url, '/html/(.+)/[^/]*$', 1) AS directory
    FROM info_rows
    WHERE problem IS NULL AND nullif(trim(artist), '') IS NOT NULL
),

candidate AS (
    SELECT
        work.line,
        artist_info.* EXCLUDE (artist),
        coalesce(
            artist_info.directory <> ''
            AND starts_with(work.directory || '/', artist_info.directory || '/'),
            FALSE
        ) AS same_directory
    FROM work
    INNER JOIN artist_info ON work.artist = artist_info.artist
),

best AS (
    SELECT *
    FROM candidate
    QUALIFY
        rank() OVER (
            PARTITION BY line
            ORDER BY same_directory DESC, CASE WHEN same_directory THEN length(directory) ELSE 0 END DESC
        ) = 1
),

facts AS (
    SELECT
        line,
        CASE WHEN count(DISTINCT coalesce(born_died, '')) = 1 THEN any_value(born_died) END AS born_died,
        CASE WHEN count(DISTINCT coalesce(period, '')) = 1 THEN any_value(period) END AS period,
        CASE WHEN count(DISTINCT coalesce(profession, '')) = 1 THEN any_value(profession) END AS profession,
        CASE WHEN count(DISTINCT coalesce(url, '')) = 1 THEN any_value(url) END AS url,
        CASE WHEN count(DISTINCT coalesce(base, '')) = 1 THEN any_value(base) END AS base,
        CASE WHEN count(DISTINCT coalesce(nationality, '')) = 1 THEN any_value(nationality) END AS nationality
    FROM best
    GROUP BY line
)

SELECT
    work.line,
    work.raw,
    work.source_id,
    work.artist AS artist_given,
    facts.url AS artist_url,
    facts.profession,
    facts.born_died AS born_died_given,
    facts.nationality AS nationality_given,
    facts.base AS base_given,
    work.title AS title_given,
    work.picture_data AS picture_data_given,
    facts.period AS style_given,
    -- An id may be any text; one that is not a path below the folder names no file in it.
    CASE
        WHEN NOT regexp_matches(work.source_id, '(^|/)\.{1,2}(/|$)|\\|\p{Cc}')
            THEN 'artwork/' || work.source_id || '.jpg'
    END AS image_key,
    work.source_url,
    CASE
        WHEN work.problem IS NOT NULL THEN work.problem
        WHEN work.source_id IS NULL THEN 'the row has no ID'
    END AS problem
FROM work
LEFT JOIN facts ON work.line = facts.line
ORDER BY work.line
