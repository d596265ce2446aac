-- One row per image that becomes a placeholder, or is no longer one. A placeholder is a picture
-- that shows no artwork in particular, such as "image not available", a group photograph or a
-- reproduction: one file used under $file_artists artists, or for $file_works works; or
-- pictures that look the same under $look_artists artists. Unknown artists do not count:
-- impressions of a print look alike, and a photograph may show several works. `error` says which.
WITH shown AS (
    SELECT
        images.artwork_id,
        images.sha256,
        coalesce(images.near_duplicate_group, images.sha256) AS look,
        lower(strip_accents(artworks.artist_display)) AS artist
    FROM images
    INNER JOIN artworks ON images.artwork_id = artworks.artwork_id
    WHERE
        images.shard IS NOT NULL
        AND images.status IN ('ok', 'placeholder')
        AND artworks.removed_at IS NULL
),

files AS (
    SELECT
        sha256,
        count(*) AS works,
        count(DISTINCT artist) AS artists
    FROM shown
    GROUP BY sha256
),

looks AS (
    SELECT
        look,
        count(DISTINCT artist) AS artists
    FROM shown
    GROUP BY look
),

judged AS (
    SELECT
        shown.artwork_id,
        CASE
            WHEN files.artists >= $file_artists
                THEN 'the same file is used for several artists, so it is a placeholder'
            WHEN files.works >= $file_works
                THEN 'the same file is used for many artworks, so it is a placeholder'
            WHEN looks.artists >= $look_artists
                THEN 'near-identical pictures are used for several artists, so it is a placeholder'
        END AS reason
    FROM shown
    INNER JOIN files ON shown.sha256 = files.sha256
    INNER JOIN looks ON shown.look = looks.look
)

SELECT
    images.* REPLACE (
        CASE WHEN judged.reason IS NULL THEN 'ok' ELSE 'placeholder' END AS status,
        judged.reason AS error
    )
FROM images
INNER JOIN judged ON images.artwork_id = judged.artwork_id
WHERE
    (images.status = 'placeholder') <> (judged.reason IS NOT NULL)
    OR (judged.reason IS NOT NULL AND images.error IS DISTINCT FROM judged.reason)
ORDER BY images.artwork_id
