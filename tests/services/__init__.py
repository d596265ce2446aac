"""Tests of artcat on real services: PostgreSQL, Ceph, Prefect, Dask.

Run: make test-services [PART=s3]
"""
