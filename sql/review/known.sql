-- One row per artwork whose style a person or, for comparison, the catalog has given, and whose image
-- is embedded: the candidates for neighbours of artworks to be reviewed.
WITH embedded AS (
    SELECT image_sha256
    FROM embeddings
    WHERE encoder = $encoder AND preprocessing = $preprocessing
)

SELECT
    enriched.artwork_id,
    enriched.artist,
    enriched.title,
    enriched.style,
    enriched.style_source,
    enriched.image_sha256,
    images.shard
FROM enriched
INNER JOIN images ON enriched.artwork_id = images.artwork_id AND images.status = 'ok'
SEMI JOIN embedded ON enriched.image_sha256 = embedded.image_sha256
WHERE enriched.style_source IN ('reviewed', 'catalog')
ORDER BY enriched.artwork_id
