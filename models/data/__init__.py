"""What networks are shown: works, their images, their captions, in batches."""
