"""Training data: labelled artworks, reviews, and the splits into parts."""
