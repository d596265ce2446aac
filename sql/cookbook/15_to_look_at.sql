-- What should a person look at first: how many works, why, and with which decisions?
SELECT
    flagged.flag,
    enriched.decision,
    count(*) AS works
FROM flagged
INNER JOIN enriched ON flagged.artwork_id = enriched.artwork_id
GROUP BY ALL
ORDER BY works DESC, flag, decision
LIMIT 6
