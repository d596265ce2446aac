-- One row per artwork of the catalog: the web address of its image, beside its row in `images`. An artwork's own
-- address is that of its page, not of an image; only in the layout whose artworks name their file in `$folder` is it
-- the image's. `etag`: what came with the file that was read from this address, so that the same file is not sent
-- again; null if it must be prepared again. The columns are those of plan.sql; an address is never up to date before
-- it is requested.
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
    coalesce(works.address, '') AS image_key,
    CASE
        WHEN
            images.uri = works.address
            AND (
                (kept.shard IS NOT NULL AND images.preparation = $preparation)
                OR (images.preparation = $decoder AND list_contains($refused, images.status))
            )
            THEN images.etag
    END AS etag,
    images.size_bytes,
    CASE WHEN works.address IS NULL THEN 'missing' END AS status,
    CASE WHEN works.address IS NULL THEN $absence END AS reason,
    CASE WHEN images.status = 'placeholder' THEN reason ELSE images.error END AS error_before,
    CASE WHEN kept.shard IS NOT NULL AND images.preparation = $preparation THEN images.sha256 END AS sha256,
    kept.shard IS NOT NULL AS held,
    coalesce(images.status IN ('ok', 'placeholder'), FALSE) AS known,
    coalesce(images.uri = '' AND images.status = 'missing' AND images.error = $absence, FALSE) AS is_recorded,
    FALSE AS is_up_to_date
FROM works
LEFT JOIN images ON works.artwork_id = images.artwork_id
LEFT JOIN kept ON images.shard = kept.shard AND images.status IN ('ok', 'placeholder')
