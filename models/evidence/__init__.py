"""Combined prediction from all evidence: image, facts, the artist's other works."""
