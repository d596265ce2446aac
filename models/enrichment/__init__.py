"""What is written about each work: vectors, predictions, sentences."""
