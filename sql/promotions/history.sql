-- One row per promotion to a role, or to any, of a model, or of any: the latest first.
SELECT
    promotions.promoted_at,
    promotions.role,
    promotions.model_version,
    promotions.reason
FROM promotions
WHERE
    ($role IS NULL OR promotions.role = $role)
    AND ($model_version IS NULL OR promotions.model_version = $model_version)
ORDER BY promotions.promoted_at DESC, promotions.model_version DESC, promotions.role
