-- fail: a source row gave more than one row
SELECT line
FROM ingested_rows
GROUP BY line
HAVING count(*) > 1
