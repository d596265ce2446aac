-- One row per staged row, with the texts of date, technique, size and location:
-- from their own columns, or from one that holds several of them.
SELECT
    staged.* REPLACE (
        -- A line break or tabulator within an id counts as a blank.
        trim(regexp_replace(staged.source_id, '[\t\n\v\f\r]+', ' ', 'g')) AS source_id,
        coalesce(staged.date_given, picture_parts.date) AS date_given,
        coalesce(staged.size_given, technique_parts.size, picture_parts.size) AS size_given,
        coalesce(staged.location_given, picture_parts.location) AS location_given
    ),
    coalesce(technique_parts.technique, picture_parts.technique) AS technique
FROM staged
LEFT JOIN picture_parts ON staged.picture_data_given = picture_parts.given
LEFT JOIN technique_parts ON staged.technique_given = technique_parts.given
