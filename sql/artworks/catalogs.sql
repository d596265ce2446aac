-- One row per catalog: its works, those whose image can be used, those with a predicted style, those
-- outside the vocabulary, and the rows in its quarantine.
WITH works AS (
    SELECT
        artworks.catalog,
        count(*) AS works,
        count(*) FILTER (WHERE images.status = 'ok') AS images,
        count(enriched.predicted_style) AS predicted,
        count(artworks.outside) AS outside
    FROM artworks
    LEFT JOIN images ON artworks.artwork_id = images.artwork_id
    LEFT JOIN enriched ON artworks.artwork_id = enriched.artwork_id
    WHERE artworks.removed_at IS NULL
    GROUP BY ALL
),

aside AS (
    SELECT
        catalog,
        count(*) AS quarantined
    FROM quarantine
    WHERE resolved_at IS NULL
    GROUP BY ALL
)

SELECT
    coalesce(works.catalog, aside.catalog) AS catalog,
    coalesce(works.works, 0) AS works,
    coalesce(works.images, 0) AS images,
    coalesce(works.predicted, 0) AS predicted,
    coalesce(works.outside, 0) AS outside,
    coalesce(aside.quarantined, 0) AS quarantined
FROM works
FULL JOIN aside ON works.catalog = aside.catalog
ORDER BY catalog
