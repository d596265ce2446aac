-- Which rows of the catalog's files could not be used, and why?
SELECT
    file,
    line,
    reason
FROM quarantine
WHERE resolved_at IS NULL
ORDER BY file, line
