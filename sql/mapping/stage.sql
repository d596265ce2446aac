-- One row per row that passes the mapping's filters, in the columns of `staged`: `plain`
-- holds those that are one field each, the others are put together here.
SELECT
    line,
    raw,
    unnest(plain), -- noqa: AL03
    coalesce(
        mapped_in_places(born_died, '; '), mapped_in_places(mapped_lives(birth, death), '; ')
    ) AS born_died_given,
    mapped_in_places(list_transform(nationality, LAMBDA value: mapped_bare(value)), '; ') AS nationality_given,
    CASE
        WHEN regexp_matches(list_any_value(date), '[0-9]') THEN list_any_value(date)
        ELSE coalesce(
            mapped_span(mapped_year(list_any_value(date_from)), mapped_year(list_any_value(date_to))),
            list_any_value(date)
        )
    END AS date_given,
    coalesce(
        mapped_joined(size, '; '),
        nullif(
            concat_ws(
                ', ',
                mapped_side('height', list_any_value(height), coalesce(list_any_value(unit), height_unit)),
                mapped_side('width', list_any_value(width), coalesce(list_any_value(unit), width_unit)),
                mapped_side('depth', list_any_value(depth), coalesce(list_any_value(unit), depth_unit)),
                mapped_side('diameter', list_any_value(diameter), coalesce(list_any_value(unit), diameter_unit))
            ),
            ''
        )
    ) AS size_given,
    CASE
        WHEN problem IS NOT NULL THEN problem
        WHEN list_any_value(id) IS NULL THEN 'the row has no id'
    END AS problem
FROM mapped
ORDER BY line
