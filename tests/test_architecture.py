"""The plan of the house: layers, doors, and what no room below the commands may do."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "moderation"

LONGEST = 420
#: Modules that a door exports as they are.
EXPORTED_WHOLE = {"storage"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def exported(path: Path) -> list[str]:
    """Names in the ``__all__`` of a package."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def test_layers_circles_and_doors_hold() -> None:
    """The contracts are in pyproject.toml; CONTRIBUTING.md says what they are for."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_door_exports_at_most_ten_names() -> None:
    doors = {path: exported(path) for path in modules() if path.name == "__init__.py"}
    assert {path: names for path, names in doors.items() if len(names) > 10} == {}


def test_a_name_of_a_door_is_no_module_of_its_room() -> None:
    """Importing the module would put it in the place of what the door exports."""
    for path in modules():
        if path.name == "__init__.py":
            beside = {p.stem for p in path.parent.iterdir()} - EXPORTED_WHOLE
            assert not beside & set(exported(path)), path


def test_few_things_lie_at_the_top() -> None:
    entries = [path for path in PACKAGE.iterdir() if path.name != "__pycache__"]
    folders = [path for path in entries if path.is_dir() and any(path.glob("*.py"))]
    assert len(folders) <= 13
    assert len([path for path in entries if path.suffix == ".py"]) <= 6


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_stay_within_their_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_every_room_stands_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert [name for name in sorted(rooms) if f"`{name}/`" not in text] == []


def test_nothing_below_the_commands_prints_or_exits() -> None:
    for path in modules():
        if room(path) == "cli":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "exit", "quit"}, path
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"bare except in {path}"


def test_no_pickle_is_in_the_repository_or_read_by_the_package() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    assert not [f for f in listed.stdout.split() if f.endswith((".pkl", ".pickle", ".joblib"))]
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not {a.name for a in node.names} & {
                    "pickle",
                    "joblib",
                    "dill",
                    "cloudpickle",
                }
            if isinstance(node, ast.ImportFrom):
                assert node.module not in {"pickle", "dill", "cloudpickle"}, path
                if node.module == "joblib":
                    allowed = {"Parallel", "delayed", "parallel_config"}
                    allowed |= {"dump"} if path.match("model/sklearn_pipeline.py") else set()
                    assert {a.name for a in node.names} <= allowed, path


def test_scoring_imports_neither_sklearn_nor_nltk_nor_scipy() -> None:
    code = (
        "import sys, moderation.model.moderator, moderation.sources.inputs, moderation.cli.app;"
        "bad = {'sklearn', 'nltk', 'scipy', 'joblib', 'pandas', 'pyarrow'} & sys.modules.keys();"
        "sys.exit(', '.join(sorted(bad)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_help_imports_no_numpy() -> None:
    code = (
        "import sys; sys.argv = ['moderation', '--help']\n"
        "from moderation.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "separate" in done.stdout
