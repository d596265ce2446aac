-- Fill missing facts of an artist whom the home knows: the most common years and nationality among the artist's
-- artworks.
UPDATE all_artworks
SET
    born = coalesce(all_artworks.born, known.born),
    died = coalesce(all_artworks.died, known.died),
    nationality = coalesce(all_artworks.nationality, known.nationality),
    profession = coalesce(all_artworks.profession, known.profession)
FROM (
    SELECT
        given_artists.artwork_id,
        mode(artworks.born) AS born,
        mode(artworks.died) AS died,
        mode(artworks.nationality) AS nationality,
        mode(artworks.profession) AS profession
    FROM artists AS given_artists
    INNER JOIN artists ON given_artists.artist_id = artists.artist_id
    INNER JOIN artworks ON artists.artwork_id = artworks.artwork_id
    WHERE starts_with(given_artists.artwork_id, $catalog || ':') AND artworks.catalog <> $catalog
    GROUP BY ALL
) AS known
WHERE all_artworks.artwork_id = known.artwork_id
