"""The catalog itself: sources, normalisation, images, store, tables. No Prefect, no torch."""
