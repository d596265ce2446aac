-- One row per work that the change feed of artworks tells of: what happened to it in all, and which
-- of the facts that people read are different now.
WITH numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY artwork_id ORDER BY _commit_version, _change_type DESC) AS first_first,
        row_number() OVER (PARTITION BY artwork_id ORDER BY _commit_version DESC, _change_type) AS last_first
    FROM artworks_feed
),

ends AS (
    SELECT
        was.artwork_id,
        was._change_type = 'insert' AS is_new,
        was AS before,
        became AS after
    FROM numbered AS was
    INNER JOIN numbered AS became ON was.artwork_id = became.artwork_id
    WHERE was.first_first = 1 AND became._change_type IN ('insert', 'update_postimage')
    QUALIFY row_number() OVER (PARTITION BY was.artwork_id ORDER BY became.last_first) = 1
)

SELECT
    ends.artwork_id,
    CASE
        WHEN ends.is_new THEN 'new'
        WHEN before.removed_at IS NULL AND after.removed_at IS NOT NULL THEN 'removed'
        WHEN before.removed_at IS NOT NULL AND after.removed_at IS NULL THEN 'returned'
        ELSE 'changed'
    END AS change,
    after.artist,
    after.title,
    CASE
        WHEN NOT is_new
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
                    CASE WHEN before.image_key IS DISTINCT FROM after.image_key THEN 'image' END
                ), ''),
                ','
            )
    END AS different
FROM ends
ORDER BY change, artwork_id
