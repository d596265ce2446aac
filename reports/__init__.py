"""HTML pages: the evaluation, the collection and its nightly runs, the review of predictions."""
