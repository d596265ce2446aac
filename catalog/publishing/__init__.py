"""Outputs: published files, the DuckDB file, query answers, DataFrames, exports."""
