-- Which facts does the catalog lack most often?
SELECT
    fact,
    works_without,
    round(100 * works_without / works, 1) AS percent
FROM (
    SELECT
        unnest(['artist', 'title', 'date', 'technique', 'size', 'style']) AS fact,
        count(*) - unnest([
            count(artist), count(title), count(date_earliest), count(technique), count(height_cm), count(style)
        ]) AS works_without,
        count(*) AS works
    FROM artworks
    WHERE removed_at IS NULL
) AS counted
ORDER BY works_without DESC, fact
