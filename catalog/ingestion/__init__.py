"""Ingestion: rows of a catalog are normalised, checked and merged; artists are identified."""
