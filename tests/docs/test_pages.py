"""What the pages name exists: commands, options, benchmarks, and the figures of the README."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import page_examples
import pytest
import typer

from moderation.cli.app import COMMANDS, app

ROOT = page_examples.ROOT
PAGES = [ROOT / "README.md", ROOT / "labelled/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
# `wp moderation ...` is a command of WP-CLI.
_CALL = re.compile(r"(?:^|(?<!\bwp)[\s/|])moderation ([a-z]+)((?: [^|;&#>\n]*)?)", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*(?<!-)")


def _options() -> dict[str, set[str]]:
    group = typer.main.get_command(app)
    found = {}
    for name in COMMANDS:
        command = group.get_command(None, name)  # type: ignore[attr-defined]
        found[name] = {option for parameter in command.params for option in parameter.opts}
        found[name].add("--help")
    return found


OPTIONS = _options()
#: Options of the benchmarks, which pages name too.
OTHERS = {
    option
    for path in (ROOT / "benchmarks").glob("*.py")
    for option in re.findall(r'"(--[a-z-]+)"', path.read_text(encoding="utf-8"))
}


def _code(page: str) -> Iterator[str]:
    """Yield the code of a page: what is in fences, with continued lines joined, then the spans."""
    for language, body in _FENCE.findall(page):
        if language in {"sh", "console"}:
            yield re.sub(r"\\\n>?\s*", " ", body)
    for span in _SPAN.findall(_FENCE.sub("", page)):
        yield " ".join(span.split())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_options_of_a_page_exist(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    unknown = []
    for code in _code(page):
        for name, rest in _CALL.findall(code):
            if name not in COMMANDS:
                unknown.append(f"moderation {name}")
                continue
            words = re.sub(r"'[^']*'|\"[^\"]*\"", "TEXT", rest)
            unknown += [
                f"moderation {name} {option}"
                for option in _OPTION.findall(words)
                if option not in OPTIONS[name]
            ]
        if code.startswith("--"):
            every = OTHERS.union(*OPTIONS.values())
            unknown += [option for option in _OPTION.findall(code)[:1] if option not in every]
    assert unknown == []


def test_every_benchmark_named_exists() -> None:
    named = {
        name
        for path in PAGES
        for name in re.findall(r"\bbenchmarks\.(\w+)", path.read_text(encoding="utf-8"))
    }
    assert named
    assert {name for name in named if not (ROOT / f"benchmarks/{name}.py").exists()} == set()


def test_every_command_is_described_outside_the_reference() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in PAGES if path.stem != "commands")
    assert {name for name in COMMANDS if f"moderation {name}" not in pages} == set()


def test_the_readme_gives_the_figures_that_the_suite_prints() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    suite = (ROOT / "docs/accuracy.md").read_text(encoding="utf-8")  # a command prints it there
    passed = re.search(r"passes ([\d,]+) of the ([\d,]+) cases", readme)
    assert passed is not None
    assert f"functional suite: {passed[1]} of {passed[2]} cases pass" in suite
    for said, row in (
        ("2 of the 13 insults that end a civil comment", "2 of 13  insult_at_the_end "),
        ("3 of the 12 hints that readers complete", "3 of 12  coded_hint "),
        (
            "4 of the 12 examples of contempt without a coarse word",
            "4 of 12  contempt_without_swearing ",
        ),
        ("of harmless banter 4 of 13 pass", "4 of 13  affection_and_banter "),
    ):
        assert said in readme
        assert row in suite


def test_the_page_for_editors_counts_as_the_table_of_thresholds_does() -> None:
    tutorial = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
    rows = {}
    for name in ("review", "hold"):
        row = re.search(rf"^{name}, as it is +(.+)$", tutorial, re.MULTILINE)
        assert row is not None
        _, *figures = re.findall(r"([\d.]+)(?: \[[^]]*\])?", row[1])
        rows[name] = [float(figure) for figure in figures]
    share, precision, recall = rows["review"]
    held, right, _ = rows["hold"]
    editor = (ROOT / "docs/editor.md").read_text(encoding="utf-8")
    for said in (
        f"| about {800 * share:.0f}; it proposes to hold {800 * held:.0f} of these |",
        f"a person, how many are hostile? | about {100 * precision:.0f} |",
        f"to hold, how many are hostile? | about {100 * right:.0f} |",
        f"propose to publish? | about {100 - 100 * recall:.0f} |",
    ):
        assert said in editor
