-- One row per work of a part of a split, with its facts, where its image lies, and what it must be
-- judged together with: in the scheme `artist` all works of an artist.
SELECT
    artworks.artwork_id,
    images.sha256,
    images.shard,
    artworks.style,
    artworks.artist_display AS artist,
    artworks.artist AS artist_catalogued,
    artworks.title,
    artworks.technique,
    artworks.nationality,
    artworks.form,
    coalesce(splits.group_id, artworks.artwork_id) AS group_id
FROM splits
INNER JOIN artworks ON splits.artwork_id = artworks.artwork_id
INNER JOIN images ON splits.artwork_id = images.artwork_id
WHERE
    splits.scheme = $scheme
    AND splits.part = $part
    AND artworks.removed_at IS NULL
    AND artworks.style IS NOT NULL
    AND images.status = 'ok'
ORDER BY artworks.artwork_id
