-- Of how many works can the sentence name the artist, and whose word is it?
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
