-- One row per prepared image that the champion has not seen: what there is to predict.
SELECT
    resolved.artwork_id,
    resolved.shard
FROM resolved
WHERE
    resolved.image_status = 'ok'
    AND resolved.removed_at IS NULL
    AND resolved.predicted_style IS NULL
ORDER BY resolved.shard, resolved.artwork_id
