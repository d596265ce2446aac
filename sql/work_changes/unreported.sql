-- One row per row of a table's change feed that no completed run has reported.
SELECT feed.*
FROM feed
INNER JOIN reported ON feed.catalog = reported.catalog
WHERE
    feed._commit_version
    > CASE $table_name WHEN 'enriched' THEN reported.enriched ELSE reported.artworks END
