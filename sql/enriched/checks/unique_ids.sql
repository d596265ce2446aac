-- fail: an artwork is in enriched more than once
SELECT artwork_id
FROM enriched
GROUP BY artwork_id
HAVING count(*) > 1
