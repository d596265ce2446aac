"""The page for curators in headless Chromium, used like a curator does: keys, fields, files."""

import csv
import shutil
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from catalog.storage import duck
from catalog.storage.store import FolderStore
from flows.cli import app
from reports.review.build import PAGE, build
from tests.review_home import HOSTILE, fill, hostile_works, work

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("SKIPPED, Chromium is not installed: no chromium", allow_module_level=True)

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
MANY = 5000


class Curator:
    def __init__(self, context, home: FolderStore, name: str) -> None:
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
        return self.page.inner_text("#said")

    def shown(self) -> str:
        return self.page.inner_text("article h2")

    def choose(self, **filters: str) -> int:
        """Set filters; how many works are left."""
        for name, value in filters.items():
            field = self.page.locator(f"#{name}")
            (field.fill if name == "text" else field.select_option)(value)
        return int(self.page.inner_text("#matching").split()[0].replace(",", ""))

    def download(self, folder) -> tuple:
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


@pytest.fixture(scope="module")
def browser():
    """Chromium without its sandbox, which root cannot have, and without a network."""
    arguments = ["--no-sandbox", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


@pytest.fixture
def curator(browser):
    """Opens the page of a home in a browser profile of its own."""
    contexts = []

    def open_page(home, *, name="Ann", size=DESKTOP, scheme="light"):
        context = browser.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        return Curator(context, home, name)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def works(tmp_path):
    home = FolderStore(tmp_path / "home")
    fill(home, [*(work(number) for number in range(6)), work(6, style="Rococo")])
    build(home)
    return home


def enriched(home):
    rows = duck.run_query(home, "SELECT * FROM enriched").to_pylist()
    return {row["artwork_id"]: row for row in rows}


def test_decided_by_keys_downloaded_imported_and_shown_again(works, curator, tmp_path, capsys):
    ann = curator(works)
    assert ann.shown() == "Title 0"
    assert ann.press("a") == "Accepted Baroque. Title 1: Baroque 89 %."
    assert ann.press("r").startswith("Rejected Baroque. Title 2")
    ann.press("c")
    ann.page.keyboard.press("r")  # the list goes on to Romanticism: nothing is rejected
    ann.page.keyboard.press("Home")
    assert ann.press("Enter").startswith("Corrected to Rococo. Title 3")
    ann.page.keyboard.press("n")
    ann.page.keyboard.type('"quite", sure\nof it')
    ann.page.keyboard.press("Escape")
    ann.press("a")
    assert ann.press("s").startswith("Skipped. Title 5")
    assert ann.press("a", "u").startswith("Undone. Title 5")
    assert ann.page.inner_text("#counts") == "4 of 7 decided, 4 not downloaded yet"
    file, rows = ann.download(tmp_path)
    assert ann.page.inner_text("#counts") == "4 of 7 decided, 0 not downloaded yet"
    assert [(row["artwork_id"], row["decision"], row["style"]) for row in rows] == [
        ("x:0", "accept", "Baroque"),
        ("x:1", "reject", ""),
        ("x:2", "correct", "Rococo"),
        ("x:3", "accept", "Baroque"),
    ]
    assert rows[3]["note"] == '"quite", sure\nof it'
    assert {(row["reviewer"], row["shown_style"]) for row in rows} == {("Ann", "Baroque")}
    assert (rows[0]["shown_confidence"], len(rows[0]["shown_prediction_key"])) == ("0.9", 64)

    assert app.run(["review", "import", str(file), "--home", works.uri]) == 0
    assert "4 new" in capsys.readouterr().out
    assert app.run(["enrich", "--home", works.uri]) == 0  # as the next night does
    found = enriched(works)
    assert (found["x:2"]["style"], found["x:2"]["style_source"]) == ("Rococo", "reviewed")
    assert (found["x:1"]["style"], found["x:1"]["review_decision"]) == (None, "reject")

    build(works)
    ann.page.reload()
    ann.settled()
    assert ann.page.inner_text("#counts") == "4 of 7 decided, 0 not downloaded yet"
    assert ann.page.is_disabled("#download")  # the catalog has them
    assert ann.choose(state="all") == 7
    ann.page.get_by_role("button", name="Title 2").click()
    ann.page.wait_for_selector("article .decided")
    assert "Ann, 20" in ann.page.inner_text("article .decided")
    assert "Rococo [period: reviewed by a person]" in ann.page.inner_text(".sentence")
    assert ann.errors == []


def test_two_curators_differ_and_both_are_kept(works, curator, tmp_path, capsys):
    for name, key in (("Ann", "a"), ("Bob", "r")):
        other = curator(works, name=name)
        other.press(key)
        file, _ = other.download(tmp_path)
        assert app.run(["review", "import", str(file), "--home", works.uri]) == 0
    assert "reviewers disagree on x:0: Bob not Baroque" in capsys.readouterr().out
    assert len(duck.run_query(works, "SELECT * FROM reviews").to_pylist()) == 2
    build(works)
    ann = curator(works)
    assert ann.choose(flag="reviewers-disagree") == 1
    assert ann.shown() == "Title 0"
    assert "Bob" in ann.page.inner_text("article .decided")


def test_works_are_found_by_filters(works, curator):
    ann = curator(works)
    assert ann.choose(flag="disagrees-with-catalog") == 1
    assert ann.shown() == "Title 6"
    assert ann.choose(flag="", text="artist 3") == 1
    assert ann.choose(text="", confidence="0.9 1.01") == 1
    assert ann.choose(confidence="", style="Baroque") == 7
    assert ann.choose(text="nothing is called so") == 0
    assert "No artworks left" in ann.said()
    ann.page.get_by_role("button", name="Clear filters").click()
    ann.page.wait_for_selector("article h2")
    assert ann.page.inner_text("#matching") == "7 artworks"


def test_decisions_outlive_the_window_and_need_a_name(works, curator):
    ann = curator(works, name="")
    assert ann.press("a").startswith("Enter your name first")
    assert ann.page.evaluate("document.activeElement.id") == "reviewer"
    ann.page.keyboard.type("Ann")
    ann.page.keyboard.press("Tab")
    ann.page.locator("#work").focus()
    ann.press("a")
    ann.page.goto("about:blank")
    ann.page.go_back()
    ann.settled()
    assert ann.page.input_value("#reviewer") == "Ann"
    assert ann.choose(state="decided") == 1
    # with single keys off, letters do nothing and buttons still do
    ann.choose(state="todo")
    ann.page.get_by_text("Keyboard shortcuts and help").click()
    ann.page.uncheck("#keys")
    ann.page.locator("#work").focus()
    ann.page.keyboard.press("a")
    assert ann.choose(state="decided") == 1


def test_hostile_titles_do_nothing(tmp_path, curator):
    home = FolderStore(tmp_path / "home")
    fill(home, hostile_works())
    build(home)
    ann = curator(home)
    seen = set()
    for _ in HOSTILE:
        seen.add(ann.page.text_content("article h2"))
        assert (
            ann.page.locator("article script, article a, article h2 *, #list script").count() == 0
        )
        assert ann.page.title().startswith("Review of ")
        assert ann.page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"]
        ann.press("a")
    assert seen == set(HOSTILE.values())
    file, rows = ann.download(tmp_path)
    assert {row["artwork_id"] for row in rows} == {f"x:{name}" for name in HOSTILE}
    assert app.run(["review", "import", str(file), "--home", home.uri]) == 0
    assert ann.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_bars_the_way(works, curator, size, scheme):
    ann = curator(works, size=size, scheme=scheme)
    assert ann.barriers() == []
    assert ann.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    ann.press("c")
    assert ann.barriers() == []
    ann.page.keyboard.press("Escape")
    ann.press("a")
    assert ann.barriers() == []
    assert ann.errors == []


def test_everything_can_be_reached_by_the_tabulator(works, curator):
    ann = curator(works)
    ann.page.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(40):
        ann.page.keyboard.press("Tab")
        seen.append(ann.page.evaluate("document.activeElement.id"))
    wanted = "reviewer state style confidence flag text accept correct reject skip next note"
    assert [name for name in wanted.split() if name not in seen] == []


def test_five_thousand_works_stay_smooth(tmp_path, curator):
    home = FolderStore(tmp_path / "home")
    fill(home, [work(number) for number in range(MANY)])
    assert build(home).works == MANY
    begin = time.perf_counter()
    ann = curator(home)
    opened = time.perf_counter() - begin
    begin = time.perf_counter()
    ann.press(*"a" * 20)
    each = (time.perf_counter() - begin) / 20
    begin = time.perf_counter()
    assert ann.choose(text="artist 3") > 700
    filtered = time.perf_counter() - begin
    print(f"opened in {opened:.2f} s, a decision takes {each:.3f} s, a filter {filtered:.3f} s")
    assert ann.page.locator("#list li").count() == 50
    loaded = ann.page.evaluate("performance.getEntriesByType('resource').length")
    assert loaded < 120  # the pictures and details of the others wait
    # Of a busy machine: a frozen page takes many times as long
    assert opened < 15
    assert each < 1
    assert ann.errors == []


def test_a_page_that_was_built_again_says_so(works, curator):
    ann = curator(works)
    for info in list(works.list("reports/review/data")):
        works.delete(info.key)
    ann.page.evaluate("location.hash = ''")
    assert ann.press("j").startswith("Title 1")  # its details came with the first work's
    ann.page.reload()
    assert any("ERR_FILE_NOT_FOUND" in error for error in ann.errors)
