"""Alerts: formulas watched for people, at a cost that follows what fires and not what waits."""
