"""Rows of a catalog to artworks: normalised, checked, merged; artists told apart over catalogs."""
