-- One row per catalog: its artworks whose prediction the model's thresholds accept and on which the model
-- was not trained, as far as their style is known: from the catalog's own label, from a person,
-- and from a person of those drawn for an audit; each time how many, and how many are right. A rejection
-- counts as a wrong prediction if the predicted style was rejected, otherwise it is ignored.
WITH would_be_accepted AS (
    SELECT
        catalog,
        style IS NOT NULL AND (reviewed_style IS NOT NULL OR NOT label_rejected) AS labelled,
        predicted_style = coalesce(reviewed_style, style) AS fits_label,
        reviewed_style IS NOT NULL OR prediction_rejected AS decided,
        predicted_style = reviewed_style AS fits_decision,
        artwork_id IN (SELECT audits.artwork_id FROM audits) AS drawn
    FROM resolved
    WHERE removed_at IS NULL AND model_decision = 'accepted' AND NOT coalesce(in_training, FALSE)
),

counted AS (
    SELECT
        catalog,
        count(*) FILTER (WHERE labelled) AS labelled,
        count(*) FILTER (WHERE labelled AND fits_label) AS labelled_right,
        count(*) FILTER (WHERE decided) AS decided,
        count(*) FILTER (WHERE decided AND fits_decision) AS decided_right,
        count(*) FILTER (WHERE decided AND drawn) AS audited,
        count(*) FILTER (WHERE decided AND drawn AND fits_decision) AS audited_right
    FROM would_be_accepted
    GROUP BY catalog
),

catalogs AS (
    SELECT DISTINCT catalog
    FROM resolved
    WHERE removed_at IS NULL
)

SELECT
    catalogs.catalog,
    coalesce(counted.labelled, 0) AS labelled,
    coalesce(counted.labelled_right, 0) AS labelled_right,
    coalesce(counted.decided, 0) AS decided,
    coalesce(counted.decided_right, 0) AS decided_right,
    coalesce(counted.audited, 0) AS audited,
    coalesce(counted.audited_right, 0) AS audited_right,
    catalogs.catalog IN (SELECT audits.catalog FROM audits) AS has_audit
FROM catalogs
LEFT JOIN counted ON catalogs.catalog = counted.catalog
ORDER BY catalogs.catalog
