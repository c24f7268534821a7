"""What works without any extra, in a process that cannot import the packages of the extras."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from moderation.desk import open_database

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
#: How a package of an extra is imported, where that is not its name.
IMPORTED = {"prometheus-client": "prometheus_client", "pyyaml": "yaml"}


def _absent() -> set[str]:
    """Modules that a plain ``pip install moderation`` does not bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = {Requirement(line).name for line in project["dependencies"]}
    extras = {
        Requirement(line).name
        for extra, lines in project["optional-dependencies"].items()
        if extra not in {"test", "docs"}
        for line in lines
    } - base - {"moderation"}  # fmt: skip
    assert {"pyarrow", "starlette", "distributed", "matplotlib"} <= extras
    return {IMPORTED.get(re.sub("[-_.]+", "-", name), name) for name in extras}


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command where whatever the extras bring is missing."""
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name in {sorted(_absent())!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        f"sys.argv = ['moderation', *{[str(a) for a in arguments]!r}]\n"
        "from moderation.cli import main\n"
        "main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("score", EXAMPLES / "page.txt", "--quiet"),
        ("score", EXAMPLES / "page.html", "--explain", "--format", "table"),
        ("separate", EXAMPLES / "page.html"),
        ("explain", "--text", "You idiot."),
        ("info",),
    ],
    ids=lambda arguments: " ".join(Path(a).name for a in arguments),
)
def test_it_works_without_extras(arguments: tuple[object, ...]) -> None:
    found = run(*arguments)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("score", EXAMPLES / "page.txt", "-o", "o.parquet"), "pyarrow"),
        (("score", EXAMPLES / "page.txt", "-o", "o.csv", "--dask", "tcp://127.0.0.1:9"), "[dask]"),
        (("report", "-o", "report.html"), "[report]"),
        (("serve",), "[serve]"),
        (("desk", "--store", "desk.db"), "[desk]"),
    ],
)
def test_what_needs_an_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[object, ...], named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run(*arguments)
    assert found.returncode in {2, 3}
    assert len(found.stderr.splitlines()) == 1
    assert "pip install" in found.stderr
    assert named in found.stderr
    assert not list(tmp_path.iterdir())


def test_of_the_figures_of_a_week_only_the_page_needs_an_extra(tmp_path: Path) -> None:
    store = tmp_path / "desk.db"
    with closing(open_database(store, create=True)):
        pass
    for name in ("week.json", "week.csv"):
        found = run("decisions", store, "--weekly", "-o", tmp_path / name)
        assert (found.returncode, found.stderr) == (0, "")
        assert (tmp_path / name).stat().st_size > 0
    page = run("decisions", store, "--weekly", "-o", tmp_path / "week.html")
    assert page.returncode == 2
    assert "'.[desk]', in moderation's folder; or name the file .json" in page.stderr
    assert not (tmp_path / "week.html").exists()
