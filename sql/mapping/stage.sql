-- One row per row that passes the mapping's filters, in the columns that every source is staged in.
SELECT
    line,
    raw,
    list_any_value(id) AS source_id,
    mapped_joined(artist, '; ') AS artist_given,
    list_any_value(artist_url) AS artist_url,
    mapped_joined(profession, '; ') AS profession,
    coalesce(
        mapped_in_places(born_died, '; '), mapped_in_places(mapped_lives(birth, death), '; ')
    ) AS born_died_given,
    mapped_in_places(list_transform(nationality, LAMBDA value: mapped_bare(value)), '; ') AS nationality_given,
    list_any_value(base) AS base_given,
    list_any_value(title) AS title_given,
    CASE
        WHEN regexp_matches(list_any_value(date), '[0-9]') THEN list_any_value(date)
        ELSE coalesce(
            mapped_span(mapped_year(list_any_value(date_from)), mapped_year(list_any_value(date_to))),
            list_any_value(date)
        )
    END AS date_given,
    mapped_joined(technique, ', ') AS technique_given,
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
    mapped_joined(location, ', ') AS location_given,
    list_any_value(picture_data) AS picture_data_given,
    mapped_joined(form, ', ') AS form_given,
    mapped_joined(type, ', ') AS type_given,
    list_any_value(timeframe) AS timeframe_given,
    mapped_joined(style, '|') AS style_given,
    list_any_value(image) AS image_key,
    list_any_value(url) AS source_url,
    list_any_value(iiif_manifest) AS iiif_manifest_given,
    list_any_value(iiif_image) AS iiif_image_given,
    CASE
        WHEN problem IS NOT NULL THEN problem
        WHEN list_any_value(id) IS NULL THEN 'the row has no id'
    END AS problem
FROM mapped
ORDER BY line
