-- One row per image that becomes a placeholder, or is no longer one. A placeholder is a picture
-- that shows no artwork in particular, such as "image not available", a group photograph or a
-- reproduction: one file used under $file_artists artists, or for $file_works artworks; or
-- pictures that look the same under $fingerprint_artists artists. Unknown artists do not count:
-- impressions of a print look alike, and a photograph may show several artworks. `error` says which.
WITH shown AS (
    SELECT
        images.artwork_id,
        images.sha256,
        coalesce(images.near_duplicate_group, images.sha256) AS fingerprint,
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

fingerprints AS (
    SELECT
        fingerprint,
        count(DISTINCT artist) AS artists
    FROM shown
    GROUP BY fingerprint
),

classified AS (
    SELECT
        shown.artwork_id,
        CASE
            WHEN files.artists >= $file_artists
                THEN 'the same file is used for several artists, so it is a placeholder'
            WHEN files.works >= $file_works
                THEN 'the same file is used for many artworks, so it is a placeholder'
            WHEN fingerprints.artists >= $fingerprint_artists
                THEN 'near-identical pictures are used for several artists, so it is a placeholder'
        END AS reason
    FROM shown
    INNER JOIN files ON shown.sha256 = files.sha256
    INNER JOIN fingerprints ON shown.fingerprint = fingerprints.fingerprint
)

SELECT
    images.* REPLACE (
        CASE WHEN classified.reason IS NULL THEN 'ok' ELSE 'placeholder' END AS status,
        classified.reason AS error
    )
FROM images
INNER JOIN classified ON images.artwork_id = classified.artwork_id
WHERE
    (images.status = 'placeholder') <> (classified.reason IS NOT NULL)
    OR (classified.reason IS NOT NULL AND images.error IS DISTINCT FROM classified.reason)
ORDER BY images.artwork_id
