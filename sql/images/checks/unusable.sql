-- warn: images that are there but cannot be used
SELECT artwork_id
FROM images
WHERE catalog = $catalog AND status NOT IN ('ok', 'missing')
