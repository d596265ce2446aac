-- Pairs of looks that differ by few bits and have nearly the same shape, among those whose hashes
-- share two bytes, at the bits $first and $second: six bits that differ leave two of eight bytes
-- untouched, so that all pairs of bytes together find all pairs of looks.
SELECT
    one.look,
    other.look AS other_look
FROM looks AS one
INNER JOIN looks AS other
    ON
        ((one.hash >> $first) & 255) = ((other.hash >> $first) & 255)
        AND ((one.hash >> $second) & 255) = ((other.hash >> $second) & 255)
        AND one.look < other.look
WHERE
    bit_count(xor(one.hash, other.hash)) <= $max_bits
    AND abs(one.shape - other.shape) <= $max_shape
