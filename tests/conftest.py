"""What several test modules share: an invented corpus and a tiny model trained on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import browsing
import corpus
import hypothesis
import msgspec
import pytest

from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model, write_model
from moderation.model.moderator import Moderator
from moderation.training.fitting import Trained, train

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Deterministic and untimed, whatever the machine does beside.
hypothesis.settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=100,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def gold() -> Sequence[Gold]:
    """The invented corpus."""
    return tuple(corpus.gold())


@pytest.fixture(scope="session")
def trained(gold: Sequence[Gold]) -> Trained:
    """A tiny model, just trained."""
    return train(gold, name="tiny")


@pytest.fixture(scope="session")
def model_folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny model; not to be changed."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_model(folder, trained.manifest, trained.arrays, "# tiny\n")
    return folder


@pytest.fixture(scope="session")
def moderator(model_folder: Path) -> Moderator:
    """The tiny model, loaded."""
    return Moderator.load(model_folder)


@pytest.fixture(scope="session")
def models_by_language(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny model as an English and as a Dutch one; not to be changed."""
    folder = tmp_path_factory.mktemp("several")
    for language in ("en", "nl"):
        name = f"comments-{language}-1"
        fields = {"language": language, "name": name, "foreword": ""}
        manifest = msgspec.structs.replace(trained.manifest, **fields)
        write_model(folder / name, manifest, trained.arrays, f"# {name}\n")
    (folder / "notes.txt").write_text("no model")
    return folder


@pytest.fixture(scope="session")
def model(moderator: Moderator) -> Model:
    """The tiny model itself."""
    return moderator.model


@pytest.fixture
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take intervals from few resamples: most tests ask whether there is one, not how exact."""
    monkeypatch.setattr("moderation.evaluation.metrics._ROUNDS", 30)


@pytest.fixture
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a model of few labels pass, so that a command that trains one succeeds."""
    monkeypatch.setattr("moderation.training.floor.FEWEST_HOSTILE", 0)
    monkeypatch.setattr("moderation.training.floor.LEAST_AUC", 0.0)


@pytest.fixture
def labelled_folder(tmp_path: Path) -> Path:
    """The invented corpus as a folder of labelled files."""
    folder = tmp_path / "labelled"
    folder.mkdir()
    corpus.write_lines(folder / "comments.jsonl", corpus.rows())
    articles = [{"id": a.id, "title": a.title, "text": a.text} for a in corpus.ARTICLES]
    corpus.write_lines(folder / "articles.jsonl", articles)
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; it ends with the module, since its event loop would stop others."""
    yield from browsing.launched()


@pytest.fixture
def complaints() -> list[str]:
    """What the windows have complained of: their scripts, and the policy of the page."""
    return []


@pytest.fixture
def shown(
    chromium: Browser, complaints: list[str], tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """Show a self-contained page from a file; at the end, nothing may have been complained of."""
    with ExitStack() as stack:

        def opened(html: str, **options: Any) -> Page:
            context = chromium.new_context(**(browsing.WIDE | options), offline=True)
            stack.callback(context.close)
            context.set_default_timeout(60_000)  # a machine may be busy
            page = context.new_page()
            browsing.watch(page, complaints)
            file = tmp_path / "shown.html"
            file.write_text(html, encoding="utf-8")
            page.goto(file.as_uri())
            return page

        yield opened
    assert complaints == []
