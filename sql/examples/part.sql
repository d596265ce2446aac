-- One row per work of some parts of a split, with its facts, where its image lies, and what it must be
-- judged together with: in the scheme `artist` all works of an artist. A person's style comes before
-- the catalog's, and a label that a person rejected is none, but for the test part, which stays.
SELECT
    artworks.artwork_id,
    images.sha256,
    images.shard,
    CASE
        WHEN splits.part = 'test' THEN artworks.style
        ELSE coalesce(reviewed.reviewed_style, nullif(artworks.style, reviewed.rejected_style))
    END AS style,
    artworks.artist_display AS artist,
    artworks.artist AS artist_catalogued,
    artworks.title,
    artworks.technique,
    artworks.nationality,
    artworks.form,
    coalesce(splits.group_id, artworks.artwork_id) AS group_id,
    splits.fold
FROM splits
INNER JOIN artworks ON splits.artwork_id = artworks.artwork_id
INNER JOIN images ON splits.artwork_id = images.artwork_id
LEFT JOIN reviewed ON splits.artwork_id = reviewed.artwork_id
WHERE
    splits.scheme = $scheme
    AND list_contains($parts, splits.part)
    AND artworks.removed_at IS NULL
    AND images.status = 'ok'
    AND list_contains(
        $styles,
        CASE
            WHEN splits.part = 'test' THEN artworks.style
            ELSE coalesce(reviewed.reviewed_style, nullif(artworks.style, reviewed.rejected_style))
        END
    )
ORDER BY artworks.artwork_id
