-- One row per listed file that no artwork of the catalog refers to.
SELECT listed.image_key
FROM listed
ANTI JOIN compared ON listed.image_key = compared.image_key
ORDER BY listed.image_key
