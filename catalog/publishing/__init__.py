"""What leaves the home: published files, the DuckDB file, answers, DataFrames, exports."""
