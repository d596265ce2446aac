-- One row per role that has a champion: the model promoted last; of classifiers, of those trained for the styles of
-- the vocabulary, $styles: those trained for another one no longer predict. A dataset of some styles may have
-- fewer. Of two promotions in the same microsecond the greater model_version counts as the later one, on every machine.
SELECT
    promotions.role,
    promotions.model_version,
    promotions.reason,
    promotions.promoted_at
FROM promotions
LEFT JOIN models ON promotions.model_version = models.model_version
WHERE
    promotions.role <> 'classifier'
    OR models.styles IS NULL
    OR (
        list_has_all($styles::VARCHAR[], models.styles)
        AND (len(models.styles) = len($styles::VARCHAR[]) OR models.scheme NOT IN ('random', 'artist'))
    )
QUALIFY
    row_number() OVER (
        PARTITION BY promotions.role
        ORDER BY promotions.promoted_at DESC, promotions.model_version DESC
    ) = 1
ORDER BY promotions.role
