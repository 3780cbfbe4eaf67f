"""The docs hold: links, commands and variables exist, and nothing is said twice."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from pathlib import Path

import click
import pytest
from conftest import REPOSITORY

from python_jobs.cli import cli

GENERATED = ("bench.md", "anomalies.md")
TOP = [
    REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")
]
GUIDES = [path for path in sorted((REPOSITORY / "docs").glob("*.md")) if path.name not in GENERATED]
PAGES = [*TOP, *GUIDES]
LINK = re.compile(r"\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"\bP360_[A-Z_]+[A-Z]\b")
# Variables that only CI, the image or the compose file use, and what the shell example names.
NOT_FOR_USERS = {"P360_CLUSTER_AUTH", "P360_CLUSTER_USER", "P360_CLUSTER_THREADS"}
LONGEST_README = 150
SHORTEST_SENTENCE = 60


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def anchors_of(path: Path) -> set[str]:
    """Return the anchors that a page's headings make, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def fenced(path: Path) -> list[str]:
    """Return the lines of a page that stand in code fences for a shell."""
    blocks = re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def commands_of(path: Path) -> list[list[str]]:
    """Return the words of each ``p360`` command in a page's code, comments left out."""
    found = []
    # DECISIONS.md tells of commands as they were.
    inline = re.findall(r"`(p360 [^`\n]+)`", path.read_text(encoding="utf-8"))
    for line in (*fenced(path), *([] if path.name == "DECISIONS.md" else inline)):
        for part in re.split(r"[;|]|&&", re.sub(r"\s#.*", "", line)):
            words = shlex.split(part.replace("$(", " ").replace(")", " "), posix=True)
            if "p360" in words:
                found.append(words[words.index("p360") + 1 :])
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name_of(page)} links to {link}, which is not there"
        assert not anchor or anchor in anchors_of(target), f"{name_of(page)}: no heading {link}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist_with_their_options(page: Path) -> None:
    for words in commands_of(page):
        command: click.Command = cli
        rest = list(words)
        while isinstance(command, click.Group) and rest and rest[0] in command.commands:
            command = command.commands[rest.pop(0)]
        assert command is not cli or not rest or rest[0].startswith("-"), f"p360 {' '.join(words)}"
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        for word in rest:
            if word.startswith("--"):
                assert word in options | {"--help"}, f"p360 {' '.join(words)}: no {word}"


def test_the_pages_hold_commands_to_check() -> None:
    assert sum(len(commands_of(page)) for page in PAGES) > 40


def test_make_targets_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`?\bmake ([a-z][a-z-]+)\b`", page.read_text(encoding="utf-8")))
        named |= {line.split()[1] for line in fenced(page) if line.startswith("make ")}
        assert named <= targets, f"{name_of(page)}: {named - targets}"


def test_variables_are_those_of_the_code() -> None:
    code = [
        *(REPOSITORY / "python_jobs").rglob("*.py"),
        *(REPOSITORY / "dashboards").rglob("*.py"),
        *(REPOSITORY / "macros").rglob("*.sql"),
        REPOSITORY / "profiles.yml",
        REPOSITORY / "docker-compose.yml",
    ]
    # Ports and files of secrets are named by their beginning or end.
    used = {name for file in code for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}
    used |= {f"P360_{name}_PORT" for name in ("THRIFT", "CONNECT", "UI", "DASH")}
    used |= {f"{name}_FILE" for name in used}
    for page in PAGES:
        named = set(VARIABLE.findall(page.read_text(encoding="utf-8")))
        assert named <= used, f"{name_of(page)}: {named - used}"
    tables = "".join(
        (REPOSITORY / "docs" / name).read_text("utf-8") for name in ("operations.md", "cluster.md")
    )
    told = set(VARIABLE.findall(tables))
    read = {name for name in used if not name.endswith("_FILE")} - NOT_FOR_USERS
    assert read <= told, f"no table of docs names {read - told}"


def test_the_readme_is_short() -> None:
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_README


def test_nothing_is_said_twice() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for page in [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *GUIDES]:
        prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for paragraph in re.split(r"\n\s*\n|\n(?=[-|\d])", prose):
            for sentence in re.split(r"(?<=[.:])\s+", " ".join(paragraph.split())):
                if len(sentence) >= SHORTEST_SENTENCE:
                    places[sentence].add(name_of(page))
    twice = {sentence: where for sentence, where in places.items() if len(where) > 1}
    assert not twice
