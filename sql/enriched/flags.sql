-- One row per artwork to check, with its flags. A predicted style is
-- compared with the dates of the artwork and the life of the artist until a reviewer has decided.
WITH assessed AS (
    SELECT
        resolved.*,
        style_years.earliest - $tolerance AS style_from,
        style_years.latest + $tolerance AS style_to
    FROM resolved
    LEFT JOIN style_years
        ON
            resolved.predicted_style = style_years.style
            AND resolved.decision <> 'abstained'
            AND resolved.review_decision IS NULL
),

found AS (
    SELECT
        artwork_id,
        unnest([
            CASE WHEN style <> predicted_style THEN 'disagrees-with-catalog' END,
            CASE WHEN reviewers_disagree THEN 'reviewers-disagree' END,
            CASE WHEN style_from > date_latest THEN 'style-after-work' END,
            CASE WHEN style_to < date_earliest THEN 'style-before-work' END,
            CASE WHEN style_from > coalesce(died, active_to) THEN 'style-after-artist-life' END,
            CASE WHEN style_to < coalesce(born, active_from) THEN 'style-before-artist-life' END
        ]) AS flag
    FROM assessed
)

SELECT
    artwork_id,
    list(flag ORDER BY flag) AS flags
FROM found
WHERE flag IS NOT NULL
GROUP BY artwork_id
ORDER BY artwork_id
