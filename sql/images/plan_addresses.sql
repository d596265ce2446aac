-- One row per work of the catalog whose web address is to be asked: all that have one, and those
-- without one (`missing`) of which that is not yet recorded. A work's own address is that of its page,
-- which is no image; only in the layout whose works name their file in `$folder` it is the image's.
-- `etag`: what came with the file that was read from this address, so that the same file is not sent
-- again; none if it must be prepared anew.
-- `held` and `sha256` as in plan.sql.
WITH works AS (
    SELECT
        artwork_id,
        CASE
            WHEN regexp_matches(image_key, '^https?://', 'i') THEN image_key
            WHEN $folder <> '' AND image_key = $folder || '/' || source_id || '.jpg' THEN source_url
        END AS address
    FROM artworks
    WHERE catalog = $catalog AND removed_at IS NULL
)

SELECT
    works.artwork_id,
    coalesce(works.address, '') AS address,
    CASE
        WHEN
            images.uri = works.address
            AND (
                (kept.shard IS NOT NULL AND images.preparation = $preparation)
                OR images.status IN ('corrupt', 'unsupported', 'too_large')
            )
            THEN images.etag
    END AS etag,
    images.size_bytes,
    CASE WHEN kept.shard IS NOT NULL AND images.preparation = $preparation THEN images.sha256 END AS sha256,
    kept.shard IS NOT NULL AS held,
    works.address IS NULL AS missing
FROM works
LEFT JOIN images ON works.artwork_id = images.artwork_id
LEFT JOIN kept ON images.shard = kept.shard AND images.status IN ('ok', 'placeholder')
WHERE works.address IS NOT NULL OR images.artwork_id IS NULL OR images.uri <> ''
ORDER BY works.artwork_id
