-- One row: how many groups of near-duplicates there are, and of how many artworks.
WITH grouped AS (
    SELECT count(*) AS works
    FROM images
    WHERE near_duplicate_group IS NOT NULL
    GROUP BY near_duplicate_group
    HAVING count(*) > 1
)

SELECT
    count(*) AS groups,
    coalesce(sum(works), 0)::BIGINT AS works
FROM grouped
