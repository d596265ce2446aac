"""The documents name only what exists: links, paths, commands and their options."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cli.app import COMMANDS
from tests import commands

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "deploy/README.md", *(f"docs/{p.name}" for p in ROOT.glob("docs/*.md")))
FOLDERS = "catalog deploy docs flows models sample sql tasks tests".split()
LINES = 180

_FENCED = re.compile(r"^```.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./*-]*")
_PLACEHOLDER = re.compile(r"/[A-Z]+(?![\w.]*\.md)\b")
_COMMAND = re.compile(r"(?<![\w/.-])(?:\.venv/bin/)?artcat ([a-z][^;|#\n]*)")
_GROUPS = {command.split()[0] for command in COMMANDS if " " in command}


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def inline(page: str) -> list[str]:
    """What stands in backticks, each on one line."""
    return [" ".join(code.split()) for code in _INLINE.findall(_FENCED.sub("", read(page)))]


def code_lines(page: str) -> Iterator[str]:
    for block in _FENCED.findall(read(page)):
        yield from block.splitlines()
    yield from inline(page)


def anchors(page: str) -> set[str]:
    """The headings of a page, as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short():
    assert len(read("README.md").splitlines()) <= LINES


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for link in _LINK.findall(read(page)):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        assert target.resolve().is_relative_to(ROOT), link
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(str(target.resolve().relative_to(ROOT))), link


@pytest.mark.parametrize("page", PAGES)
def test_paths_exist(page):
    paths = [code for code in inline(page) if _PATH.fullmatch(code)]
    missing = [path for path in paths if not _PLACEHOLDER.search(path) and not any(ROOT.glob(path))]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_exist(page):
    helps = commands.on_page()
    for line in code_lines(page):
        for given in _COMMAND.findall(line):
            words = given.split()
            named = " ".join(words[: 2 if words[0] in _GROUPS else 1])
            # A group by itself, as in `artcat models`, is a command too
            assert named in COMMANDS or named in _GROUPS, line
            options = {word.partition("=")[0] for word in words if word.startswith("--")}
            known = set(re.findall(r"--[a-z][a-z-]*", helps.get(f"artcat {named}", "")))
            assert options <= known | {"--help"}, line


@pytest.mark.parametrize("page", PAGES)
def test_modules_and_make_targets_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in code_lines(page):
        for module in re.findall(r"python -m (tests\.[\w.]+)", line):
            assert (ROOT / module.replace(".", "/")).with_suffix(".py").exists(), line
        for target in re.findall(r"(?:^|&& )make ([a-z-]+)", line):
            assert target in targets, line
