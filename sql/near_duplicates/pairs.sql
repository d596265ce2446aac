-- Pairs of fingerprints that differ by few bits and have nearly the same shape, among those whose hashes
-- share two bytes, at the bits $first and $second: six bits that differ leave two of eight bytes
-- untouched, so that all pairs of bytes together find all pairs of fingerprints.
SELECT
    one.fingerprint,
    other.fingerprint AS other_fingerprint
FROM fingerprints AS one
INNER JOIN fingerprints AS other
    ON
        ((one.hash >> $first) & 255) = ((other.hash >> $first) & 255)
        AND ((one.hash >> $second) & 255) = ((other.hash >> $second) & 255)
        AND one.fingerprint < other.fingerprint
WHERE
    bit_count(xor(one.hash, other.hash)) <= $max_bits
    AND abs(one.shape - other.shape) <= $max_shape
