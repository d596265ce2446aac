"""The review page for curators: a static site in the home, built from the tables."""
