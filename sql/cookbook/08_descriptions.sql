-- In how many descriptions is the artist named, and from which source?
SELECT
    slot.source,
    count(*) AS works
FROM (
    SELECT unnest(slots) AS slot
    FROM descriptions
    INNER JOIN enriched
        ON descriptions.artwork_id = enriched.artwork_id AND descriptions.text = enriched.description
) AS reported
WHERE slot.slot = 'artist'
GROUP BY ALL
ORDER BY works DESC
