"""One Prefect task per step of the work: each is thin and calls models/ or catalog/."""
