-- One row per fingerprint: a perceptual hash and a shape, the logarithm of the long side over the short
-- one in hundredths. Any number of equal images are one fingerprint.
WITH distinct_fingerprints AS (
    SELECT DISTINCT
        phash,
        round(100 * ln(greatest(width, height) / least(width, height)))::INTEGER AS shape
    FROM images
    WHERE status IN ('ok', 'placeholder') AND phash IS NOT NULL
)

SELECT
    row_number() OVER (ORDER BY phash, shape) AS fingerprint,
    ('0x' || phash)::UBIGINT AS hash,
    phash,
    shape
FROM distinct_fingerprints
