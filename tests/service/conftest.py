"""One service for many tests, with the tiny model, a few invented articles and feedback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import ARTICLE, SECRETS, Served

from moderation.service.limits import ServiceLimits
from moderation.service.state import Settings


@pytest.fixture(scope="session")
def articles_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    path.write_text(json.dumps(ARTICLE) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def secrets_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secrets") / "secrets.txt"
    path.write_text("# in force\n" + "\n".join(SECRETS) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def settings(
    model_folder: Path,
    articles_file: Path,
    secrets_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Settings:
    return Settings(
        model=model_folder,
        articles=articles_file,
        secrets=secrets_file,
        feedback=tmp_path_factory.mktemp("feedback") / "suggested.jsonl",
        coral_seconds=10.0,
        limits=ServiceLimits(per_second=0, header_seconds=0.5, body_seconds=0.5),
    )


@pytest.fixture(scope="session")
def served(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    service = Served(settings, tmp_path_factory.mktemp("service"))
    yield service
    assert service.stop() in {0, -15}
    assert "internal error" not in service.log
    assert "Traceback" not in service.log
