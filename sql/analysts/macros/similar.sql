-- One row per other artwork, the nearest first: cosine similarity of the two pictures' vectors.
WITH near AS (
    SELECT
        vectors.artwork_id,
        array_cosine_similarity(vectors.vector, asked.vector) AS similarity
    FROM vectors, vectors AS asked
    WHERE asked.artwork_id = work AND vectors.artwork_id <> work
    ORDER BY similarity DESC, vectors.artwork_id ASC
    LIMIT n
)

SELECT
    near.artwork_id,
    round(near.similarity, 4) AS similarity,
    enriched.artist,
    enriched.title,
    enriched.style,
    enriched.style_source
FROM near
LEFT JOIN enriched ON near.artwork_id = enriched.artwork_id
ORDER BY near.similarity DESC, near.artwork_id ASC
