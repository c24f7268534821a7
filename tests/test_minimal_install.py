"""What works without any extra, in a process that cannot import the packages of the extras."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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
        ("score", EXAMPLES / "page.txt"),
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
