"""Where catalogs come from: each source stages its rows in the same columns."""
