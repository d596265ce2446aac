"""Images: found, decoded within limits, compared, and kept in shards of small JPEGs."""
