"""What models learn from: labelled artworks, reviews, and the splits into parts."""
