-- warn: artworks dated more than fifty years outside the typical years of their style
SELECT artwork_id
FROM ingested_rows
INNER JOIN style_years ON ingested_rows.style = style_years.style
WHERE
    outcome = 'artwork'
    AND (date_earliest > style_years.latest + 50 OR date_latest < style_years.earliest - 50)
