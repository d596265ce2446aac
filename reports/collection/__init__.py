"""Pages about the state of a collection and about single runs."""
