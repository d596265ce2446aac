-- One row per artwork of the catalog: its image as the folder lists it, beside its row in `images`. `named`
-- is the file of an artwork whose image_key matches no file name exactly, or why there is none.
-- `status` and `reason`: why it cannot be read, null if it can; `known`: it was usable before; `held`: its
-- prepared image still exists; `sha256`: of the file it was prepared from, unless the preparation changed.
WITH works AS (
    SELECT
        artworks.artwork_id,
        coalesce(named.image_key, artworks.image_key) AS image_key,
        named.status,
        CASE WHEN artworks.image_key IS NULL THEN 'the catalog names no image' ELSE named.reason END AS reason
    FROM artworks
    LEFT JOIN named ON artworks.image_key = named.given
    WHERE artworks.catalog = $catalog AND artworks.removed_at IS NULL
),

found AS (
    SELECT
        works.artwork_id,
        works.image_key,
        listed.etag,
        listed.size_bytes,
        CASE WHEN listed.image_key IS NULL THEN coalesce(works.status, 'missing') END AS status,
        CASE WHEN listed.image_key IS NULL THEN coalesce(works.reason, $absence) END AS reason
    FROM works
    LEFT JOIN listed ON works.image_key = listed.image_key
)

SELECT
    found.artwork_id,
    found.image_key,
    found.etag,
    found.size_bytes,
    found.status,
    found.reason,
    CASE WHEN images.status = 'placeholder' THEN found.reason ELSE images.error END AS error_before,
    CASE WHEN kept.shard IS NOT NULL AND images.preparation = $preparation THEN images.sha256 END AS sha256,
    kept.shard IS NOT NULL AS held,
    coalesce(images.status IN ('ok', 'placeholder'), FALSE) AS known,
    coalesce(
        found.status = images.status
        AND found.reason = images.error
        AND images.uri IS NOT DISTINCT FROM found.image_key,
        FALSE
    ) AS is_recorded,
    coalesce(
        images.uri = found.image_key
        AND images.etag = found.etag
        AND images.size_bytes = found.size_bytes
        AND images.status NOT IN ('missing', 'unreadable')
        AND (
            images.status NOT IN ('ok', 'placeholder')
            OR (images.preparation = $preparation AND kept.shard IS NOT NULL)
        )
        AND (images.preparation IS NOT DISTINCT FROM $decoder OR NOT list_contains($refused, images.status)),
        FALSE
    ) AS is_up_to_date
FROM found
LEFT JOIN images ON found.artwork_id = images.artwork_id
LEFT JOIN kept ON images.shard = kept.shard AND images.status IN ('ok', 'placeholder')
