-- fail: a work stands more than once in enriched
SELECT artwork_id
FROM enriched
GROUP BY artwork_id
HAVING count(*) > 1
