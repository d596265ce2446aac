-- The trials of a study, in order.
SELECT *
FROM trials
WHERE study = $study
ORDER BY number
