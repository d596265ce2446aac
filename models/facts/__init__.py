"""What a catalog states about artworks, and what style that tells."""
