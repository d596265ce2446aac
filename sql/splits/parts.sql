-- One row per scheme and part of the present artworks: how many artworks, how many of them have a
-- usable image, groups that were kept together, and styles. The part is null for artworks that could be
-- used but are in no part: they would have linked two, or only a person labelled them and they belong
-- together with artworks of the test part.
WITH usable AS (
    SELECT
        artworks.artwork_id,
        artworks.style,
        coalesce(images.status = 'ok', FALSE) AS has_image,
        coalesce(reviewed.reviewed_style, nullif(artworks.style, reviewed.rejected_style)) AS learned
    FROM artworks
    LEFT JOIN images ON artworks.artwork_id = images.artwork_id
    LEFT JOIN reviewed ON artworks.artwork_id = reviewed.artwork_id
    WHERE artworks.removed_at IS NULL
),

schemes AS (
    SELECT DISTINCT scheme
    FROM splits
),

counted AS (
    SELECT
        schemes.scheme,
        splits.part,
        count(*) AS works,
        count(*) FILTER (WHERE usable.has_image) AS with_image,
        count(DISTINCT splits.group_id) AS groups,
        count(DISTINCT CASE WHEN splits.part = 'test' THEN usable.style ELSE usable.learned END) AS styles
    FROM usable
    CROSS JOIN schemes
    LEFT JOIN splits ON usable.artwork_id = splits.artwork_id AND schemes.scheme = splits.scheme
    WHERE CASE WHEN splits.part = 'test' THEN usable.style ELSE usable.learned END IS NOT NULL
    GROUP BY ALL
)

SELECT *
FROM counted
ORDER BY scheme, list_position(['train', 'validation', 'test'], part) NULLS LAST
