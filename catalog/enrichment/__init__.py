"""Enrichment: prediction inputs, acceptance, audits, the table `enriched`, changes."""
