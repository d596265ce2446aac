-- One row per work of the catalog whose web address is to be asked: all that have one, and those
-- without one that have no row yet. `etag`: what came with the file that was read from this
-- address, so that the same file is not sent again; none if it must be prepared anew. `held` and
-- `sha256` as in plan.sql.
SELECT
    artworks.artwork_id,
    coalesce(artworks.source_url, '') AS address,
    CASE
        WHEN
            images.uri = artworks.source_url
            AND (
                (images.status = 'ok' AND images.preparation = $preparation)
                OR images.status IN ('corrupt', 'unsupported', 'too_large')
            )
            THEN images.etag
    END AS etag,
    images.size_bytes,
    CASE WHEN images.status = 'ok' AND images.preparation = $preparation THEN images.sha256 END AS sha256,
    coalesce(images.status = 'ok', FALSE) AS held
FROM artworks
LEFT JOIN images ON artworks.artwork_id = images.artwork_id
WHERE
    artworks.catalog = $catalog
    AND artworks.removed_at IS NULL
    AND (artworks.source_url IS NOT NULL OR images.artwork_id IS NULL OR images.uri <> '')
ORDER BY artworks.artwork_id
