-- One row per scheme and part of the works as they are now: how many works, groups that were kept
-- together, and styles. The part is null for works that could be used but are on no side: they
-- would have linked two.
WITH usable AS (
    SELECT
        artworks.artwork_id,
        artworks.style
    FROM artworks
    INNER JOIN images ON artworks.artwork_id = images.artwork_id
    WHERE artworks.removed_at IS NULL AND artworks.style IS NOT NULL AND images.status = 'ok'
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
        count(DISTINCT splits.group_id) AS groups,
        count(DISTINCT usable.style) AS styles
    FROM usable
    CROSS JOIN schemes
    LEFT JOIN splits ON usable.artwork_id = splits.artwork_id AND schemes.scheme = splits.scheme
    GROUP BY ALL
)

SELECT *
FROM counted
ORDER BY scheme, list_position(['train', 'validation', 'test'], part) NULLS LAST
