-- One row per role that has a champion: the model promoted last. Of two promotions in the same
-- microsecond the greater model_version counts as the later one, on every machine.
SELECT
    promotions.role,
    promotions.model_version,
    promotions.reason,
    promotions.promoted_at
FROM promotions
QUALIFY
    row_number() OVER (
        PARTITION BY promotions.role
        ORDER BY promotions.promoted_at DESC, promotions.model_version DESC
    ) = 1
ORDER BY promotions.role
