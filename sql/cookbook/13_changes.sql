-- Which artworks have changed since a day, and why?
SELECT
    kind,
    reason,
    count(*) AS works
FROM (
    SELECT
        kind,
        unnest(reasons) AS reason
    FROM changed_since('2026-01-01')
) AS reported
GROUP BY ALL
ORDER BY works DESC, kind, reason
