-- What should a person check first: how many artworks are not accepted or flagged, with which known facts?
SELECT
    enriched.decision,
    coalesce(flagged.flag, 'no flag') AS flag,
    enriched.pattern,
    count(*) AS works
FROM enriched
LEFT JOIN flagged ON enriched.artwork_id = flagged.artwork_id
WHERE enriched.decision <> 'accepted' OR flagged.flag IS NOT NULL
GROUP BY ALL
ORDER BY works DESC, enriched.decision, flag
LIMIT 6
