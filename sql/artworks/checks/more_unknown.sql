-- warn: the share of artworks without this known fact is up by a tenth or more since last time
WITH now_there AS (
    SELECT
        count(*) FILTER (WHERE artist IS NULL) / count(*) AS artist,
        count(*) FILTER (WHERE date_latest IS NULL) / count(*) AS date,
        count(*) FILTER (WHERE style IS NULL) / count(*) AS style
    FROM ingested_rows
    WHERE outcome = 'artwork'
),

known AS (
    SELECT
        count(*) FILTER (WHERE artist IS NULL) / count(*) AS artist,
        count(*) FILTER (WHERE date_latest IS NULL) / count(*) AS date,
        count(*) FILTER (WHERE style IS NULL) / count(*) AS style
    FROM artworks
    WHERE catalog = $catalog AND removed_at IS NULL
),

shares AS (
    SELECT
        unnest([
            { fact: 'artist', unknown: now_there.artist, before: known.artist },
            { fact: 'date', unknown: now_there.date, before: known.date },
            { fact: 'style', unknown: now_there.style, before: known.style }
        ], recursive := TRUE)
    FROM now_there
    CROSS JOIN known
)

SELECT
    fact,
    unknown,
    before
FROM shares
WHERE unknown >= before + 0.1
