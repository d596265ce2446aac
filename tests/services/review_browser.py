"""The review page in a headless Chromium, used like a curator does: keys, fields, files."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from catalog.storage.store import FolderStore
from reports.review.build import PAGE


def chromium() -> str | None:
    """Where Debian's Chromium is."""
    return shutil.which("chromium")


def start(playwright: Playwright) -> Browser:
    """Start it without its sandbox, which root cannot have, and without a network."""
    return playwright.chromium.launch(
        executable_path=chromium(), args=["--no-sandbox", "--disable-background-networking"]
    )


class Curator:
    """Somebody with the page of a home open, from the folder itself."""

    def __init__(self, context: BrowserContext, home: FolderStore, name: str = "Ann") -> None:
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("dialog", lambda dialog: self.errors.append(dialog.message))
        self.page.goto(home.path(PAGE).as_uri())
        self.settled()
        if name:
            self.page.fill("#reviewer", name)
            self.page.locator("#work").focus()

    def _note(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def settled(self) -> None:
        """Wait until a work, or that there is none, is shown."""
        self.page.wait_for_selector("article h2, article .empty")

    def press(self, *keys: str) -> str:
        """Press keys one after another; what the page says then."""
        for key in keys:
            before = self.said()
            self.page.keyboard.press(key)
            self.page.wait_for_function(
                "before => document.getElementById('said').textContent !== before"
                " || document.querySelector('dialog[open]')",
                arg=before,
            )
        return self.said()

    def said(self) -> str:
        """What a screen reader was told last."""
        return self.page.inner_text("#said")

    def shown(self) -> str:
        """The title of the work."""
        return self.page.inner_text("article h2")

    def choose(self, **filters: str) -> int:
        """Set filters; how many works are left."""
        for name, value in filters.items():
            field = self.page.locator(f"#{name}")
            if name == "text":
                field.fill(value)
            else:
                field.select_option(value)
        return int(self.page.inner_text("#matching").split()[0].replace(",", ""))

    def download(self, folder: Path) -> tuple[Path, list[dict[str, str]]]:
        """The file of decisions, and its rows."""
        with self.page.expect_download() as found:
            self.page.click("#download")
        file = folder / found.value.suggested_filename
        found.value.save_as(file)
        with file.open(encoding="utf-8", newline="") as text:
            return file, list(csv.DictReader(text))

    def barriers(self) -> list[str]:
        """What axe-core finds serious or critical."""
        # It would otherwise load the style sheet by itself, which the page forbids
        found = Axe().run(self.page, options={"preload": False}).response["violations"]
        return [
            f"{each['id']}: {node['html']}"
            for each in found
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"]
        ]
