"""The catalog itself: settings, sources, normalisation, images, store, tables, splits. No Prefect, no torch."""
