-- One row per artwork of a known artist: how many of the artist's other artworks are labelled with
-- which style, never counting the artwork itself. `labels` is null where no other artwork is labelled.
-- A person's decision overrides the catalog's label, and a rejected label does not count.
WITH labelled AS (
    SELECT
        artists.artwork_id,
        artists.artist_id,
        coalesce(reviewed.reviewed_style, nullif(artworks.style, reviewed.rejected_style)) AS style
    FROM artists
    INNER JOIN artworks ON artists.artwork_id = artworks.artwork_id
    INNER JOIN label_sources ON artists.artwork_id = label_sources.artwork_id
    LEFT JOIN reviewed ON artists.artwork_id = reviewed.artwork_id
    WHERE
        artworks.removed_at IS NULL
        AND coalesce(reviewed.reviewed_style, nullif(artworks.style, reviewed.rejected_style)) IS NOT NULL
),

totals AS (
    SELECT
        artist_id,
        style,
        count(*) AS artworks
    FROM labelled
    GROUP BY ALL
),

-- The lists of an artist's artworks differ only by their own label: some lists per artist are enough.
own_labels AS (
    SELECT
        artist_id,
        style
    FROM totals
    UNION ALL
    SELECT DISTINCT
        artist_id,
        NULL AS style
    FROM totals
),

others AS (
    SELECT
        own_labels.artist_id,
        own_labels.style AS own_style,
        list(
            {
                'style': totals.style,
                'artworks': totals.artworks - (totals.style IS NOT DISTINCT FROM own_labels.style)::BIGINT
            }
            ORDER BY totals.style
        ) FILTER (WHERE totals.artworks > (totals.style IS NOT DISTINCT FROM own_labels.style)::BIGINT) AS labels
    FROM own_labels
    INNER JOIN totals ON own_labels.artist_id = totals.artist_id
    GROUP BY ALL
)

SELECT
    artists.artwork_id,
    artists.artist_id,
    others.labels
FROM artists
LEFT JOIN labelled ON artists.artwork_id = labelled.artwork_id
LEFT JOIN others
    ON artists.artist_id = others.artist_id AND labelled.style IS NOT DISTINCT FROM others.own_style
