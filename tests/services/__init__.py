"""artcat on the real services that it is run with: PostgreSQL, Ceph, Prefect, Dask.

Run: make test-services [PART=s3]
"""
