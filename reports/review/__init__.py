"""The page on which curators decide: a static site in the home, read from the tables."""
