-- One row per artwork that differs from the last report: from the change feed of `enriched`, its first row
-- against its last, and from what happened to the facts (`facts`, as artworks/changed gives it), of which some
-- are not in `enriched`. A given reason replaces all others. `enriched` contains current artworks: one that was
-- removed is deleted from it, one that is back is inserted. `work_changes` itself distinguishes a first prediction from
-- one that is there again. A restore deletes and inserts, also rows that it leaves as they are.
WITH reported AS (
    SELECT
        *,
        _change_type IN ('insert', 'update_postimage') AS is_after
    FROM enriched_feed
),

numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY artwork_id ORDER BY _commit_version, is_after) AS first_first,
        row_number() OVER (PARTITION BY artwork_id ORDER BY _commit_version DESC, is_after DESC) AS last_first
    FROM reported
),

was AS (
    SELECT * EXCLUDE (_change_type, _commit_version, _commit_timestamp, is_after, first_first, last_first)
    FROM numbered
    WHERE first_first = 1 AND NOT is_after
),

became AS (
    SELECT * EXCLUDE (_change_type, _commit_version, _commit_timestamp, is_after, first_first, last_first)
    FROM numbered
    WHERE last_first = 1 AND is_after
),

predicted_before AS (
    SELECT DISTINCT artwork_id
    FROM work_changes
    WHERE
        coalesce(confidence_before, confidence_after) IS NOT NULL
        AND run_id IN (
            SELECT runs.run_id
            FROM runs
            WHERE runs.status = 'completed'
        )
        AND artwork_id IN (
            SELECT became.artwork_id
            FROM became
        )
),

-- Changes that cancel out are dropped.
different AS (
    SELECT * FROM became
    EXCEPT
    SELECT * FROM was
),

compared AS (
    SELECT
        now_it_is.artwork_id,
        now_it_is.catalog,
        CASE
            WHEN was.artwork_id IS NOT NULL THEN 'changed'
            WHEN facts.change = 'returned' THEN 'returned'
            ELSE 'new'
        END AS kind,
        was.style AS style_before,
        now_it_is.style AS style_after,
        was.style_source AS style_source_before,
        now_it_is.style_source AS style_source_after,
        was.confidence AS confidence_before,
        now_it_is.confidence AS confidence_after,
        coalesce(now_it_is.disagrees, FALSE) AS disagrees,
        CASE
            WHEN (was.catalog_style IS DISTINCT FROM now_it_is.catalog_style) THEN 'facts changed: style'
        END AS label_reason,
        CASE
            WHEN was.image_status <> now_it_is.image_status
                THEN concat('image: ', was.image_status, ' -> ', now_it_is.image_status)
            WHEN was.image_sha256 <> now_it_is.image_sha256 THEN 'image changed'
        END AS image_reason,
        CASE
            WHEN was.decision = 'outside' AND coalesce(now_it_is.decision <> 'outside', TRUE)
                THEN 'within the vocabulary'
            WHEN now_it_is.decision = 'outside' AND coalesce(was.decision <> 'outside', TRUE)
                THEN 'outside the vocabulary'
            WHEN was.predicted_style IS NULL AND now_it_is.predicted_style IS NULL THEN NULL
            WHEN now_it_is.predicted_style IS NULL THEN 'prediction withdrawn'
            WHEN was.predicted_style IS NULL
                THEN if(predicted_before.artwork_id IS NULL, 'first prediction', 'prediction restored')
            -- Same style and confidence: its catalog was opened or closed.
            WHEN
                was.predicted_style = now_it_is.predicted_style
                AND was.confidence = now_it_is.confidence
                AND [was.decision, now_it_is.decision] IN (['review', 'accepted'], ['accepted', 'review'])
                THEN if(now_it_is.decision = 'accepted', 'acceptance opened', 'acceptance closed')
            WHEN (was.model_version IS DISTINCT FROM now_it_is.model_version) THEN 'different model'
            WHEN
                coalesce(regexp_extract(was.because, 'other works: .*'), '')
                <> coalesce(regexp_extract(now_it_is.because, 'other works: .*'), '')
                THEN 'other works of the artist'
        END AS model_reason,
        CASE
            WHEN (was.review_decision IS DISTINCT FROM now_it_is.review_decision) THEN 'a person''s review'
            WHEN
                'reviewed' IN (was.style_source, now_it_is.style_source)
                AND (
                    was.style IS DISTINCT FROM now_it_is.style
                    OR was.style_source IS DISTINCT FROM now_it_is.style_source
                )
                THEN 'a person''s review'
        END AS review_reason,
        CASE
            WHEN (was.description IS DISTINCT FROM now_it_is.description) THEN 'reworded'
            ELSE 'parsed differently'
        END AS last_reason
    FROM different AS now_it_is
    LEFT JOIN was ON now_it_is.artwork_id = was.artwork_id
    LEFT JOIN facts ON now_it_is.artwork_id = facts.artwork_id
    LEFT JOIN predicted_before ON now_it_is.artwork_id = predicted_before.artwork_id
),

changed_facts AS (
    SELECT
        artwork_id,
        concat_ws(': ', 'facts changed', array_to_string(different, ', ')) AS reason
    FROM facts
    WHERE change = 'changed'
),

reasoned AS (
    SELECT
        compared.*,
        CASE compared.kind
            WHEN 'new' THEN 'new artwork'
            WHEN 'returned' THEN 'back in the catalog'
            ELSE nullif(concat_ws(
                '; ',
                coalesce(changed_facts.reason, compared.label_reason),
                compared.image_reason,
                compared.model_reason,
                compared.review_reason
            ), '')
        END AS reason
    FROM compared
    LEFT JOIN changed_facts ON compared.artwork_id = changed_facts.artwork_id
)

SELECT
    $run_id AS run_id,
    artwork_id,
    catalog,
    kind,
    style_before,
    style_after,
    style_source_before,
    style_source_after,
    confidence_before,
    confidence_after,
    disagrees,
    string_split(coalesce($reason, reason, last_reason), '; ') AS reasons,
    $changed_at::TIMESTAMPTZ AS changed_at
FROM reasoned
UNION ALL BY NAME
-- Artworks that are no longer in their catalog, or that came after what was restored.
SELECT
    $run_id AS run_id,
    was.artwork_id,
    was.catalog,
    'removed' AS kind,
    was.style AS style_before,
    NULL AS style_after,
    was.style_source AS style_source_before,
    NULL AS style_source_after,
    was.confidence AS confidence_before,
    NULL AS confidence_after,
    FALSE AS disagrees,
    [coalesce($reason, 'removed from the catalog')] AS reasons,
    $changed_at::TIMESTAMPTZ AS changed_at
FROM was
ANTI JOIN became ON was.artwork_id = became.artwork_id
UNION ALL BY NAME
-- Facts that `enriched` does not have.
SELECT
    $run_id AS run_id,
    enriched.artwork_id,
    enriched.catalog,
    'changed' AS kind,
    enriched.style AS style_before,
    enriched.style AS style_after,
    enriched.style_source AS style_source_before,
    enriched.style_source AS style_source_after,
    enriched.confidence AS confidence_before,
    enriched.confidence AS confidence_after,
    coalesce(enriched.disagrees, FALSE) AS disagrees,
    [coalesce($reason, changed_facts.reason)] AS reasons,
    $changed_at::TIMESTAMPTZ AS changed_at
FROM changed_facts
INNER JOIN enriched ON changed_facts.artwork_id = enriched.artwork_id
ANTI JOIN compared ON changed_facts.artwork_id = compared.artwork_id
-- In order of the key, so that each slice of a merge meets few files of the table.
ORDER BY artwork_id
