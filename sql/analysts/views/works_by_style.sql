-- One row per style and where it comes from: artworks and their mean confidence.
SELECT
    style,
    style_source,
    count(*) AS works,
    avg(confidence) AS mean_confidence
FROM enriched
GROUP BY ALL
ORDER BY works DESC, style ASC, style_source ASC
