"""A small, painterly sample catalog in the layout `historic-art`, for demos and tests."""

from __future__ import annotations

from catalog.sample.report import SampleReport
from catalog.sample.writer import make_sample

__all__ = ["SampleReport", "make_sample"]
