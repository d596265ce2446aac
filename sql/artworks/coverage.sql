-- One row per field: how many artworks have a value, and of how many it could be read.
SELECT
    unnest([
        {
            field: 'artist',
            given: count(artist_given),
            parsed: count(artist_key) FILTER (WHERE artist_given IS NOT NULL)
        },
        {
            field: 'born_died',
            given: count(born_died_given),
            -- The life of a qualified artist is read, and is not that of the maker.
            parsed: count(born_died_given) FILTER (
                WHERE
                coalesce(born, died, active_from, active_to) IS NOT NULL
                OR len(list_filter(attributions, each -> coalesce(each.born, each.died) IS NOT NULL)) > 0
            )
        },
        {
            field: 'date',
            given: count(date_given),
            parsed: count(date_given) FILTER (WHERE coalesce(date_earliest, date_latest) IS NOT NULL)
        },
        {
            field: 'size',
            given: count(size_given),
            parsed: count(size_given) FILTER (WHERE coalesce(height_cm, width_cm, diameter_cm) IS NOT NULL)
        },
        {
            field: 'picture_data',
            given: count(picture_data_given),
            parsed: count(picture_data_given) FILTER (
                WHERE coalesce(date_given, technique, size_given, location) IS NOT NULL
            )
        },
        {
            field: 'technique',
            given: count(technique_given),
            parsed: count(technique_given) FILTER (WHERE technique IS NOT NULL)
        },
        { field: 'nationality', given: count(nationality_given), parsed: count(nationality) },
        { field: 'timeframe', given: count(timeframe_given), parsed: count(timeframe_from) },
        { field: 'title', given: count(title_given), parsed: count(title) },
        { field: 'form', given: count(*), parsed: count(form) },
        { field: 'style', given: count(style_given), parsed: count(style) }
    ], recursive := TRUE)
FROM ingested_rows
WHERE outcome = 'artwork'
