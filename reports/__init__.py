"""Pages for people: the evaluation, the collection and its nights, the review of predictions."""
