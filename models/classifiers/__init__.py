"""Image classifiers: encoder and head, calibration, thresholds."""
