"""Several models at once: each comment is scored by the model of its language."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from moderation.batch import Backend, Options, prepare
from moderation.errors import ModelError, UsageError
from moderation.model.artifact.folder import load_model, write_model
from moderation.model.moderator import Moderator
from moderation.model.multilingual import at_hand, installed
from moderation.records import Action, Attribute, Comment
from moderation.training.fitting import Trained

ENGLISH = "You are a stupid liar"
DUTCH = "Dat kunt u beter vragen aan de gemeente"
POLISH = "Gmina powinna wreszcie naprawić ten most nad rzeką"


@pytest.fixture(scope="module")
def both(models_by_language: Path) -> Moderator:
    """Both models."""
    return Moderator.load(models_by_language)


def test_each_language_has_its_model(both: Moderator) -> None:
    texts = [DUTCH, ENGLISH, POLISH, "lol", DUTCH]
    verdicts = [*both.score_many(Comment(text=text) for text in texts)]
    spoke = [v.model.partition("@")[0] for v in verdicts]
    assert spoke == [f"comments-{code}-1" for code in ("nl", "en", "en", "en", "nl")]
    assert [v.language for v in verdicts] == ["nl", "en", "", "en", "nl"]
    assert [v.unspoken for v in verdicts] == [None, None, "pl", None, None]
    assert both.languages == ["en", "nl"]


def test_a_score_is_that_of_the_model_alone(both: Moderator, models_by_language: Path) -> None:
    comment = Comment(text=DUTCH, parent="Wie repareert de brug?")
    alone = Moderator.load(models_by_language / "comments-nl-1")
    verdict = both.score(comment, explain=True)
    assert verdict == alone.score(comment, explain=True)
    assert both.version_for(comment) == alone.model.version == verdict.model
    for attribute in Attribute:
        assert both.explain(comment, attribute) == alone.explain(comment, attribute)
        assert both.explained(comment, attribute) == alone.explained(comment, attribute)


def test_what_the_input_says_comes_first_then_the_option(models_by_language: Path) -> None:
    dutch = Moderator.load(models_by_language, language="nl")
    assert dutch.model.manifest.language == "nl"
    assert dutch.score(Comment(text=ENGLISH)).language == "nl"
    assert dutch.score(Comment(text=DUTCH, language="en")).language == "en"
    assert dutch.score(Comment(text=DUTCH, language="pl")).unspoken == "pl"


def test_a_language_without_a_model_is_wrong_usage(models_by_language: Path) -> None:
    with pytest.raises(UsageError, match="no model here speaks Polish") as error:
        Moderator.load(models_by_language, language="pl")
    assert "en, nl" in str(error.value)


def test_a_model_that_says_not_to_be_used_must_be_named(
    trained: Trained, models_by_language: Path, tmp_path: Path
) -> None:
    shutil.copytree(models_by_language, tmp_path / "models")
    manifest = msgspec.structs.replace(trained.manifest, language="nl", name="unfit")
    assert manifest.foreword.startswith(manifest.DO_NOT_USE)
    write_model(tmp_path / "models" / "unfit", manifest, trained.arrays, "# unfit\n")
    assert Moderator.load(tmp_path / "models", language="nl").model.manifest.name != "unfit"
    assert Moderator.load(tmp_path / "models" / "unfit").model.manifest.name == "unfit"


def test_a_model_folder_is_the_only_model(models_by_language: Path) -> None:
    alone = Moderator.load(models_by_language / "comments-en-1")
    assert alone.score(Comment(text=DUTCH)).unspoken == "nl"
    assert alone.digest == alone.model.digest


def test_the_last_of_two_models_of_a_language_counts(trained: Trained, tmp_path: Path) -> None:
    for name in ("comments-nl-1", "comments-nl-2"):
        fields = {"language": "nl", "name": name, "foreword": ""}
        manifest = msgspec.structs.replace(trained.manifest, **fields)
        write_model(tmp_path / name, manifest, trained.arrays, "# nl\n")
    assert at_hand(tmp_path).own.name == "comments-nl-2"  # without English, there is one language


def test_a_folder_that_holds_no_model_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        Moderator.load(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{")
    with pytest.raises(ModelError, match="not a manifest"):
        Moderator.load(tmp_path)


def test_other_distributions_bring_models(
    models_by_language: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "brought_models"
    package.mkdir()
    (package / "__init__.py").write_text("")
    dutch = package / "comments-nl-1"
    dutch.symlink_to(models_by_language / "comments-nl-1", target_is_directory=True)
    told = tmp_path / "brought_models-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: brought-models\nVersion: 1\n")
    (told / "entry_points.txt").write_text("[moderation.models]\nlanguages = brought_models\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = installed()
    assert found["nl"] == dutch
    assert found["en"].name.startswith("comments-en-")
    assert Moderator.load().score(Comment(text=DUTCH)).language == "nl"
    assert Moderator.load(language="nl").model.manifest.language == "nl"
    sys.modules.pop("brought_models", None)


def test_a_run_names_all_its_models(
    both: Moderator, models_by_language: Path, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    lines = [
        {"text": DUTCH},
        {"text": ENGLISH, "language": "nl"},
        {"text": ENGLISH, "lang": "English"},
        {"text": POLISH},
    ]
    rows.write_text("".join(json.dumps(line) + "\n" for line in lines))
    scored = tmp_path / "scored.jsonl"
    run = prepare(
        [str(rows)], str(scored), Options(unknown_language="publish"), model=models_by_language
    )
    assert run.plan.model_digest == both.digest != both.model.digest
    assert [*run.perform(Backend())]
    found = [json.loads(line) for line in scored.read_text().splitlines()]
    assert [each["model"].partition("@")[0][9:11] for each in found] == ["nl", "nl", "en", "en"]
    assert found[3]["null_reason"] == "Polish: no model here speaks it"
    assert found[3]["action"] == Action.PUBLISH


def test_scores_do_not_depend_on_the_company(both: Moderator) -> None:
    texts = [DUTCH, ENGLISH, POLISH, "Thank you.", "Het is een dik boek over bruggen"] * 3
    together = [v.hostility.value for v in both.score_many(Comment(text=t) for t in texts)]
    alone = [both.score(Comment(text=text)).hostility.value for text in texts]
    assert np.allclose(np.array(together, float), np.array(alone, float), equal_nan=True)


def test_the_models_load_mapped(models_by_language: Path) -> None:
    mapped = Moderator.load(models_by_language, mapped=True)
    assert mapped.model.digest == load_model(models_by_language / "comments-en-1").digest
