-- One row per quarantined input row that is new or came back, and per earlier one that is missing
-- from the input: that one is resolved. Equal rows are distinguished by their occurrence.
WITH now_there AS (
    SELECT
        $catalog AS catalog,
        sha256(raw) AS row_hash,
        row_number() OVER (PARTITION BY raw ORDER BY line) AS occurrence,
        $file AS file,
        line,
        raw,
        reason
    FROM ingested_rows
    WHERE outcome = 'quarantined'
),

known AS (
    SELECT * FROM quarantine
    WHERE catalog = $catalog
)

SELECT
    now_there.*,
    coalesce(known.first_seen_at, $now) AS first_seen_at,
    NULL::TIMESTAMPTZ AS resolved_at
FROM now_there
LEFT JOIN known
    ON now_there.row_hash = known.row_hash AND now_there.occurrence = known.occurrence
WHERE
    known.row_hash IS NULL
    OR known.resolved_at IS NOT NULL
    OR known.line <> now_there.line
    OR known.reason <> now_there.reason
UNION ALL BY NAME
SELECT known.* REPLACE ($now AS resolved_at)
FROM known
ANTI JOIN now_there
    ON known.row_hash = now_there.row_hash AND known.occurrence = now_there.occurrence
WHERE known.resolved_at IS NULL
