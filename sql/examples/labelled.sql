-- One row per labelled artwork of some parts of a split, with or without a usable image: its facts,
-- the shard of its image, and its group: in the scheme `artist` all artworks of an
-- artist. A person's style overrides the catalog's, and a rejected label does not count, except
-- in the test part, which is fixed. `sha256` and `shard` are null without an image.
WITH labelled AS (
    SELECT
        artworks.artwork_id,
        artworks.catalog,
        CASE WHEN images.status = 'ok' THEN images.sha256 END AS sha256,
        CASE WHEN images.status = 'ok' THEN images.shard END AS shard,
        CASE
            WHEN splits.part = 'test' THEN artworks.style
            ELSE coalesce(reviewed.reviewed_style, nullif(artworks.style, reviewed.rejected_style))
        END AS style,
        coalesce(splits.group_id, artworks.artwork_id) AS group_id,
        splits.fold,
        splits.part,
        artworks.date_earliest,
        artworks.date_latest,
        artworks.born,
        artworks.died,
        artworks.active_from,
        artworks.active_to,
        artworks.nationality,
        artworks.base_given,
        artworks.profession,
        artworks.technique,
        artworks.form,
        artworks.type_given,
        artworks.height_cm,
        artworks.width_cm,
        artworks.depth_cm,
        artworks.diameter_cm,
        artworks.title,
        artworks.location,
        artworks.timeframe_from,
        artworks.timeframe_to,
        artworks.artist,
        artworks.artist_display
    FROM splits
    INNER JOIN artworks ON splits.artwork_id = artworks.artwork_id
    LEFT JOIN images ON splits.artwork_id = images.artwork_id
    LEFT JOIN reviewed ON splits.artwork_id = reviewed.artwork_id
    WHERE
        splits.scheme = $scheme
        AND list_contains($parts, splits.part)
        AND artworks.removed_at IS NULL
)

SELECT *
FROM labelled
WHERE list_contains($styles, style)
ORDER BY artwork_id
