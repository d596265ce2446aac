"""The home: objects in a folder or S3, Delta tables, DuckDB over them, the lease."""
