"""A small catalog of invented paintings in the layout `historic-art`, for demos and tests."""

from __future__ import annotations

from sample.writer import EDITION, SampleReport, make_sample

__all__ = ["EDITION", "SampleReport", "make_sample"]
