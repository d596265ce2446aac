-- warn: images that exist but cannot be used
SELECT artwork_id
FROM images
WHERE catalog = $catalog AND status NOT IN ('ok', 'missing')
