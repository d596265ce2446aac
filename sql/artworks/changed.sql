-- One row per artwork in the change feed of artworks: its overall change, and which
-- of its displayed facts are different now.
WITH reported AS (
    SELECT
        *,
        _change_type IN ('insert', 'update_postimage') AS is_after
    FROM artworks_feed
),

numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY artwork_id ORDER BY _commit_version, is_after) AS first_first,
        row_number() OVER (PARTITION BY artwork_id ORDER BY _commit_version DESC, is_after DESC) AS last_first
    FROM reported
),

was AS (
    SELECT
        * EXCLUDE (
            _change_type, _commit_version, _commit_timestamp, is_after, first_first, last_first, last_changed_at
        )
    FROM numbered
    WHERE first_first = 1 AND NOT is_after
),

became AS (
    SELECT
        * EXCLUDE (
            _change_type, _commit_version, _commit_timestamp, is_after, first_first, last_first, last_changed_at
        )
    FROM numbered
    WHERE last_first = 1 AND is_after
),

ends AS (
    SELECT
        coalesce(became.artwork_id, was.artwork_id) AS artwork_id,
        was.artwork_id IS NULL AS is_new,
        became.artwork_id IS NULL AS is_gone,
        was AS before,
        became AS after
    FROM was
    FULL JOIN became ON was.artwork_id = became.artwork_id
    -- A restore deletes and inserts rows, also those that it leaves as they are.
    WHERE was IS DISTINCT FROM became
)

SELECT
    ends.artwork_id,
    CASE
        WHEN ends.is_new THEN 'new'
        WHEN ends.is_gone THEN 'removed'
        WHEN before.removed_at IS NULL AND after.removed_at IS NOT NULL THEN 'removed'
        WHEN before.removed_at IS NOT NULL AND after.removed_at IS NULL THEN 'returned'
        ELSE 'changed'
    END AS change,
    coalesce(after.artist, before.artist) AS artist,
    coalesce(after.title, before.title) AS title,
    CASE
        WHEN NOT is_new AND NOT is_gone
            THEN string_split(
                nullif(concat_ws(
                    ',',
                    CASE WHEN before.artist_given IS DISTINCT FROM after.artist_given THEN 'artist' END,
                    CASE WHEN before.title_given IS DISTINCT FROM after.title_given THEN 'title' END,
                    CASE WHEN before.style_given IS DISTINCT FROM after.style_given THEN 'style' END,
                    CASE WHEN before.date_given IS DISTINCT FROM after.date_given THEN 'date' END,
                    CASE WHEN before.technique IS DISTINCT FROM after.technique THEN 'technique' END,
                    CASE WHEN before.form IS DISTINCT FROM after.form THEN 'form' END,
                    CASE WHEN before.size_given IS DISTINCT FROM after.size_given THEN 'size' END,
                    CASE WHEN before.location_given IS DISTINCT FROM after.location_given THEN 'place' END,
                    CASE WHEN before.nationality_given IS DISTINCT FROM after.nationality_given THEN 'nationality' END,
                    CASE WHEN before.image_key IS DISTINCT FROM after.image_key THEN 'image' END,
                    CASE
                        WHEN
                            (before.iiif_manifest IS DISTINCT FROM after.iiif_manifest)
                            OR (before.iiif_image IS DISTINCT FROM after.iiif_image)
                            THEN 'iiif'
                    END
                ), ''),
                ','
            )
    END AS different
FROM ends
ORDER BY change, artwork_id
