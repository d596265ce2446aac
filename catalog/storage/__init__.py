"""Storage of a home: objects in a folder or S3, Delta tables, DuckDB, the lease."""
