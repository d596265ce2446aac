-- One row per field: of how many artworks the catalog gives a value, in a column of its own or within
-- another, and of how many of those it could be parsed.
SELECT
    unnest([
        { field: 'artist', given: count(artist_given), known: count(artist) },
        {
            field: 'life of the artist',
            given: count(born_died_given),
            known: count(born_died_given) FILTER (WHERE coalesce(born, died, active_from, active_to) IS NOT NULL)
        },
        { field: 'nationality', given: count(coalesce(nationality_given, nationality)), known: count(nationality) },
        { field: 'title', given: count(title_given), known: count(title) },
        {
            field: 'date',
            given: count(date_given),
            known: count(date_given) FILTER (WHERE coalesce(date_earliest, date_latest) IS NOT NULL)
        },
        { field: 'technique', given: count(coalesce(technique_given, technique)), known: count(technique) },
        {
            field: 'size',
            given: count(size_given),
            known: count(size_given) FILTER (WHERE coalesce(height_cm, width_cm, diameter_cm) IS NOT NULL)
        },
        { field: 'location', given: count(coalesce(location_given, location)), known: count(location) },
        { field: 'form', given: count(coalesce(form_given, form)), known: count(form) },
        { field: 'style', given: count(style_given), known: count(style_given) FILTER (WHERE style IS NOT NULL) }
    ], recursive := TRUE)
FROM artworks
WHERE removed_at IS NULL AND ($catalog IS NULL OR catalog = $catalog)
