from __future__ import annotations

import os
from dataclasses import replace

import pytest

from catalog.base.errors import ImageError
from catalog.sources.image_sources import FOLDER, WebImages
from catalog.sources.web.limits import FetchLimits
from tests.catalog.images.web_server import WebServer

QUICK = FetchLimits(
    total_seconds=10, idle_seconds=1, first_wait=0.01, longest_wait=3, host_requests_per_second=1000
)
"""Limits with which a misbehaving server costs a test no more than a second or two."""


@pytest.fixture
def web():
    server = WebServer()
    yield server
    server.close()


@pytest.fixture
def open_web():
    """Makes sources of images, closed at the end of the test."""
    opened = []

    def make(*, allow_private_hosts=True, folder=FOLDER, **limits):
        source = WebImages(
            replace(QUICK, **limits), folder=folder, allow_private_hosts=allow_private_hosts
        )
        opened.append(source)
        return source

    yield make
    for source in opened:
        source.close()


@pytest.fixture
def failure():
    """The status and message with which an image cannot be had."""

    def of(source, address):
        with pytest.raises(ImageError) as caught:
            source.fetch(address, None, None)
        return caught.value.status, str(caught.value)

    return of


@pytest.fixture
def close_folder(monkeypatch):
    """Lets one folder not be listed: root may list any."""
    scandir = os.scandir

    def close(folder, error=PermissionError(13, "Permission denied")):  # noqa: B008
        def scan(path):
            if str(path) == str(folder):
                raise error
            return scandir(path)

        monkeypatch.setattr("catalog.sources.image_folder.os.scandir", scan)

    return close
