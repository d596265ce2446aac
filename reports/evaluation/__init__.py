"""The evaluation as one page that people read: gathered, then written as HTML."""
