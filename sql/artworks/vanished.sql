-- One row per artwork of the catalog that is missing, with its id, and one per artwork that is new, with its
-- id: both in one row where title, artist, date, technique and size are the same, so that one artwork
-- seems to have a new id.
WITH now_there AS (
    SELECT
        artwork_id,
        source_id,
        concat_ws(
            chr(31), title_given, artist_given, picture_data_given, date_given, technique_given, size_given
        ) AS facts
    FROM ingested_rows
    WHERE outcome = 'artwork'
),

known AS (
    SELECT
        artwork_id,
        source_id,
        concat_ws(
            chr(31), title_given, artist_given, picture_data_given, date_given, technique_given, size_given
        ) AS facts
    FROM artworks
    WHERE catalog = $catalog AND removed_at IS NULL
),

gone AS (
    SELECT
        source_id,
        facts,
        row_number() OVER (PARTITION BY facts ORDER BY length(source_id), source_id) AS place
    FROM known
    ANTI JOIN now_there ON known.artwork_id = now_there.artwork_id
),

added AS (
    SELECT
        source_id,
        facts,
        row_number() OVER (PARTITION BY facts ORDER BY length(source_id), source_id) AS place
    FROM now_there
    ANTI JOIN known ON now_there.artwork_id = known.artwork_id
)

SELECT
    gone.source_id AS was,
    added.source_id AS now
FROM gone
FULL JOIN added ON gone.facts = added.facts AND gone.place = added.place AND gone.facts <> ''
ORDER BY was IS NULL OR now IS NULL, length(coalesce(was, now)), coalesce(was, now)
