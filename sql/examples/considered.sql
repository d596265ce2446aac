-- One row per artwork of the home: its training data, and in `dropped` why it is not
-- used, null if it is. Reasons are in the order in which they are tested. An image that
-- resembles no other, or was not compared yet, is a group of near-duplicates of its own. A person's
-- decision overrides the catalog's label; a rejected label only keeps the artwork's place.
-- `artist_groups` has each artist whom the artwork names, in all catalogs, with all who might be the same, and
-- `artist_group` is one for all of them; anonymous artworks have the group of their catalog. Artworks without a usable
-- image are included: models of facts learn from them.
WITH labelled AS (
    SELECT
        artworks.* REPLACE (coalesce(reviewed.reviewed_style, artworks.style) AS style),
        artworks.style IS NULL AND reviewed.reviewed_style IS NOT NULL AS by_person,
        coalesce(artworks.style = reviewed.rejected_style, FALSE) AS label_rejected
    FROM artworks
    LEFT JOIN reviewed ON artworks.artwork_id = reviewed.artwork_id
),

usable AS (
    SELECT
        labelled.artwork_id,
        labelled.catalog,
        labelled.style,
        labelled.by_person,
        labelled.label_rejected,
        coalesce(
            named_artists.namesake_ids,
            CASE WHEN labelled.artist_key IS NOT NULL THEN [labelled.artist_key] END
        ) AS artist_groups,
        array_to_string(artist_groups, ' ') AS artist_group,
        coalesce(images.status = 'ok', FALSE) AS has_image,
        CASE WHEN images.status = 'ok' THEN coalesce(images.near_duplicate_group, images.sha256) END
            AS near_duplicate_group,
        CASE
            WHEN labelled.style IS NULL THEN 'no style label of the vocabulary'
            WHEN labelled.artwork_id IN (SELECT audits.artwork_id FROM audits) THEN 'drawn for an audit'
            WHEN len($styles) > 0 AND NOT list_contains($styles, labelled.style) THEN 'a different style'
            WHEN coalesce(labelled.profession, '') <> $profession
                THEN 'not by a ' || $profession
        END AS dropped
    FROM labelled
    LEFT JOIN images ON labelled.artwork_id = images.artwork_id
    LEFT JOIN named_artists ON labelled.artwork_id = named_artists.artwork_id
    WHERE labelled.removed_at IS NULL
),

of_known_artists AS (
    SELECT
        * REPLACE (
            coalesce(
                dropped,
                CASE
                    WHEN
                        $artist_has_over > 0
                        AND (
                            artist_group IS NULL
                            OR count(*) FILTER (WHERE dropped IS NULL) OVER (PARTITION BY artist_group)
                            <= $artist_has_over
                        )
                        THEN 'an artist with ' || $artist_has_over || ' artworks or fewer'
                END
            ) AS dropped
        )
    FROM usable
)

SELECT
    * REPLACE (
        coalesce(
            dropped,
            CASE
                WHEN count(*) FILTER (WHERE dropped IS NULL) OVER (PARTITION BY style) < $style_has
                    THEN style || ': a style with fewer than ' || $style_has || ' artworks'
            END
        ) AS dropped
    )
FROM of_known_artists
ORDER BY artwork_id
