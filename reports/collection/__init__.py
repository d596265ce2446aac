"""The state of a collection, and what a night made of it, as pages that people read."""
