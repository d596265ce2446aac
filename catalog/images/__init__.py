"""Images: listing, bounded decoding, duplicate detection, and shards of small JPEGs."""
