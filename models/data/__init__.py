"""Training data of networks: artworks, images, captions, batches."""
