-- One row: of the images that were usable, of the relation `compared` (plan.sql), how many there are, how many have
-- disappeared, and some of those.
SELECT
    count(*) FILTER (WHERE known) AS known,
    count(*) FILTER (WHERE known AND status = 'missing') AS vanished,
    list(coalesce(nullif(image_key, ''), artwork_id) ORDER BY artwork_id)
    FILTER (WHERE known AND status = 'missing')[:3] AS examples,
    min(reason) FILTER (WHERE known AND status = 'missing') AS reason
FROM compared
