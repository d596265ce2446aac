-- One row per style of a scheme: its works in each part, and those with a usable image, by the labels
-- that are learned from and measured by (see examples/labelled).
WITH labelled AS (
    SELECT
        splits.part,
        coalesce(images.status = 'ok', FALSE) AS has_image,
        CASE
            WHEN splits.part = 'test' THEN artworks.style
            ELSE coalesce(reviewed.reviewed_style, nullif(artworks.style, reviewed.rejected_style))
        END AS style
    FROM splits
    INNER JOIN artworks ON splits.artwork_id = artworks.artwork_id
    LEFT JOIN images ON splits.artwork_id = images.artwork_id
    LEFT JOIN reviewed ON splits.artwork_id = reviewed.artwork_id
    WHERE
        splits.scheme = $scheme
        AND artworks.removed_at IS NULL
)

SELECT
    style,
    count(*) FILTER (WHERE part = 'train') AS train,
    count(*) FILTER (WHERE part = 'validation') AS validation,
    count(*) FILTER (WHERE part = 'test') AS test,
    count(*) FILTER (WHERE part = 'train' AND has_image) AS train_with_image,
    count(*) FILTER (WHERE part = 'validation' AND has_image) AS validation_with_image,
    count(*) FILTER (WHERE part = 'test' AND has_image) AS test_with_image
FROM labelled
WHERE style IS NOT NULL
GROUP BY style
ORDER BY style
