"""The plan of the house, read from its imports: an import names a lower floor, or the same room."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "moderation"

#: Floor of each room; a folder is one room. CONTRIBUTING.md tells what each holds.
FLOORS = {
    "__init__": 0,
    "errors": 0,
    "escapes": 0,
    "records": 0,
    "lexicon": 0,
    "sentences": 0,
    "counts": 0,
    "locks": 0,
    "identities": 0,
    "compression": 0,
    "blankness": 0,
    "occurrences": 0,
    "storage": 1,
    "mapping": 1,
    "sealed": 1,
    "rows": 1,
    "disguise": 1,
    "text": 2,
    "files": 2,
    "pages": 3,
    "labelled": 3,
    "writing": 3,
    "terms": 1,
    "ngrams": 2,
    "packing": 0,
    "near_copies": 0,
    "chunks": 2,
    "vectorize": 3,
    "shelf": 3,
    "base_rates": 3,
    "short": 3,
    "fingerprints": 3,
    "manifest": 4,
    "vocabulary": 4,
    "topicality": 4,
    "linear": 4,
    "logistic": 4,
    "priors": 4,
    "definitions": 4,
    "comment_rows": 4,
    "estimator": 5,
    "agreement": 8,
    "gold": 4,
    "recordings": 4,
    "artifact": 5,
    "explain": 5,
    "inputs": 5,
    "tables": 5,
    "card": 6,
    "moderator": 6,
    "thresholds": 6,
    "judgement": 7,
    "bias": 6,
    "evaluate": 7,
    "topic_pairs": 7,
    "archive": 8,
    "learners": 7,
    "compare": 7,
    "train": 8,
    "breakdown": 8,
    "exchange": 8,
    "labelling": 8,
    "checking": 9,
    "workload": 8,
    "recipe": 9,
    "promotion": 9,
    "report": 9,
    "service": 10,
    "cli": 11,
}
SCORING = ("moderator", "inputs", "cli")
LONGEST = 420


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path, *, running: bool = True) -> set[str]:
    """Rooms that a module imports; those needed for types only are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(node)
        for branch in ast.walk(tree)
        if running and isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update({f"{node.module}.{alias.name}" for alias in node.names})
    parts = [name.split(".") for name in names]
    return {p[1] for p in parts if p[0] == "moderation" and len(p) > 1 and p[1] in FLOORS}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_name_lower_floors(path: Path) -> None:
    here = room(path)
    assert here in FLOORS, f"give {here} a floor in this test and in CONTRIBUTING.md"
    for other in imported(path) - {here}:
        assert FLOORS[other] < FLOORS[here], f"{here} imports {other}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_stay_within_their_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_every_floor_is_a_room() -> None:
    rooms = {room(path) for path in modules()}
    assert rooms == set(FLOORS)


def test_every_room_stands_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in set(FLOORS) - {"__init__"}:
        assert f"`{name}.py`" in text or f"`{name}/`" in text, f"CONTRIBUTING.md lacks {name}"


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
                    allowed |= {"dump"} if path.match("exchange/pipeline.py") else set()
                    assert {a.name for a in node.names} <= allowed, path


def test_scoring_imports_neither_sklearn_nor_nltk_nor_scipy() -> None:
    code = (
        "import sys, moderation.moderator, moderation.inputs, moderation.cli.app;"
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
