"""Inference over a home: embeddings, predictions, neighbours, descriptions, search."""
