"""Machine learning: networks, training, metrics, calibration, descriptions. No Prefect or boto3."""
