-- One row per artwork whose facts (`facts`, as artworks/changed gives it) or image (`images_feed`) an ingesting run
-- changed, in the columns of `work_changes`.
WITH ends AS (
    SELECT
        artwork_id,
        arg_min(status, _commit_version) FILTER (WHERE _change_type IN ('update_preimage', 'delete')) AS status_before,
        arg_min(sha256, _commit_version) FILTER (WHERE _change_type IN ('update_preimage', 'delete')) AS sha256_before,
        arg_max(status, _commit_version) FILTER (WHERE _change_type IN ('update_postimage', 'insert')) AS status_after,
        arg_max(sha256, _commit_version) FILTER (WHERE _change_type IN ('update_postimage', 'insert')) AS sha256_after
    FROM images_feed
    GROUP BY artwork_id
),

pictures AS (
    SELECT
        artwork_id,
        CASE
            WHEN status_before <> status_after THEN concat('image: ', status_before, ' -> ', status_after)
            WHEN sha256_before <> sha256_after THEN 'image changed'
        END AS reason
    FROM ends
    WHERE reason IS NOT NULL
)

SELECT
    artworks.artwork_id,
    coalesce(facts.change, 'changed') AS kind,
    CASE coalesce(facts.change, 'changed')
        WHEN 'new' THEN ['new artwork']
        WHEN 'removed' THEN ['removed from the catalog']
        WHEN 'returned' THEN ['back in the catalog']
        ELSE string_split(concat_ws(
            '; ',
            CASE
                WHEN facts.artwork_id IS NOT NULL
                    THEN concat_ws(': ', 'facts changed', array_to_string(facts.different, ', '))
            END,
            pictures.reason
        ), '; ')
    END AS reasons,
    artworks.artist,
    artworks.title
FROM artworks
LEFT JOIN facts ON artworks.artwork_id = facts.artwork_id
LEFT JOIN pictures ON artworks.artwork_id = pictures.artwork_id
WHERE facts.artwork_id IS NOT NULL OR pictures.artwork_id IS NOT NULL
ORDER BY kind, artworks.artwork_id
