-- fail: a row that was read became more than one
SELECT line
FROM ingested_rows
GROUP BY line
HAVING count(*) > 1
