-- One row per style of a scheme: its works in each part, by the labels that are learned from and
-- measured by (see examples/part).
WITH labelled AS (
    SELECT
        splits.part,
        CASE
            WHEN splits.part = 'test' THEN artworks.style
            ELSE coalesce(reviewed.reviewed_style, nullif(artworks.style, reviewed.rejected_style))
        END AS style
    FROM splits
    INNER JOIN artworks ON splits.artwork_id = artworks.artwork_id
    INNER JOIN images ON splits.artwork_id = images.artwork_id
    LEFT JOIN reviewed ON splits.artwork_id = reviewed.artwork_id
    WHERE
        splits.scheme = $scheme
        AND artworks.removed_at IS NULL
        AND images.status = 'ok'
)

SELECT
    style,
    count(*) FILTER (WHERE part = 'train') AS train,
    count(*) FILTER (WHERE part = 'validation') AS validation,
    count(*) FILTER (WHERE part = 'test') AS test
FROM labelled
WHERE style IS NOT NULL
GROUP BY style
ORDER BY style
