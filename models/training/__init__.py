"""From works and a configuration to a trained classifier."""
