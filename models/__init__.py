"""Learning: networks, training, metrics, calibration, descriptions. No Prefect, no boto3."""
