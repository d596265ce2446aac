-- One row per work of the catalog whose row in images is not up to date: the work is new, its file
-- differs from the one that was read, was prepared in another way, could not be read or its shard is
-- not among those that are `kept`. `held`: an earlier image can be used; `sha256`: that of the file it
-- was prepared from, unless it was prepared in another way; `missing`: there is no file, so nothing is
-- to be read.
SELECT
    artworks.artwork_id,
    artworks.image_key,
    listed.etag,
    listed.size_bytes,
    CASE WHEN kept.shard IS NOT NULL AND images.preparation = $preparation THEN images.sha256 END AS sha256,
    kept.shard IS NOT NULL AS held,
    listed.image_key IS NULL AS missing
FROM artworks
LEFT JOIN listed ON artworks.image_key = listed.image_key
LEFT JOIN images ON artworks.artwork_id = images.artwork_id
LEFT JOIN kept ON images.shard = kept.shard AND images.status IN ('ok', 'placeholder')
WHERE
    artworks.catalog = $catalog
    AND artworks.removed_at IS NULL
    AND (
        images.artwork_id IS NULL
        OR images.uri IS DISTINCT FROM artworks.image_key
        OR images.etag IS DISTINCT FROM listed.etag
        OR images.size_bytes IS DISTINCT FROM listed.size_bytes
        OR (
            images.shard IS NOT NULL
            AND images.status IN ('ok', 'placeholder')
            AND (images.preparation <> $preparation OR kept.shard IS NULL)
        )
        OR images.status = 'unreadable'
        OR (images.status = 'missing' AND listed.image_key IS NOT NULL)
    )
ORDER BY artworks.artwork_id
