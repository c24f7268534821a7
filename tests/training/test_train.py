"""Training: reproducible to the byte, honest about groups, able to begin from a base model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from corpus import gold as corpus_gold
from sklearn.model_selection import StratifiedGroupKFold

from moderation.errors import InputError
from moderation.evaluation.metrics import Report
from moderation.features.ngrams import BlockSpec
from moderation.labels.gold.computing import Gold
from moderation.labels.gold.training_rows import FEWEST, rows_of
from moderation.model.artifact.folder import Model, write_model
from moderation.model.linear.models import TextModel
from moderation.model.manifest import SentenceSpec
from moderation.model.moderator import Moderator
from moderation.records import Attribute, Comment
from moderation.training.fitting import Trained, train
from moderation.training.learners import TextLearner
from moderation.training.recipe import Recipe

SMALL = Recipe(
    blocks=(
        BlockSpec(analyzer="word", ngram_range=(1, 2), min_df=2, max_features=500),
        BlockSpec(analyzer="char_wb", ngram_range=(2, 4), min_df=2, max_features=1000),
    ),
    folds=3,
)


pytestmark = pytest.mark.usefixtures("few_rounds")


def _only(attribute: Attribute, gold: Sequence[Gold]) -> list[Gold]:
    other = "off_topic" if attribute is Attribute.HOSTILITY else "hostility"
    return [msgspec.structs.replace(item, **{other: None}) for item in gold]


def _built(trained: Trained) -> Moderator:
    return Moderator(Model(trained.manifest, trained.arrays, "0" * 64))


def _hostility(moderator: Moderator, *texts: str) -> list[float]:
    values = [v.hostility.value for v in moderator.score_many(Comment(text=t) for t in texts)]
    return [value for value in values if value is not None]


def test_equal_input_gives_equal_bytes(gold: Sequence[Gold]) -> None:
    one, two = (train(gold, name="m", recipe=SMALL) for _ in range(2))
    assert one.arrays.keys() == two.arrays.keys()
    for name, array in one.arrays.items():
        assert array.tobytes() == two.arrays[name].tobytes()
    assert msgspec.json.encode(one.manifest) == msgspec.json.encode(two.manifest)


def test_groups_are_never_split(gold: Sequence[Gold], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[set[str], set[str]]] = []
    original = StratifiedGroupKFold.split

    def split(self, X, y, groups):  # type: ignore[no-untyped-def]
        for train_rows, held in original(self, X, y, groups):
            seen.append((set(groups[train_rows]), set(groups[held])))
            yield train_rows, held

    monkeypatch.setattr(StratifiedGroupKFold, "split", split)
    train(gold, name="m", recipe=SMALL)
    assert len(seen) == 2 * SMALL.folds
    assert all(not trained & held for trained, held in seen)
    assert all(held for _, held in seen)


def test_the_manifest_tells_how_it_was_made(trained: Trained) -> None:
    manifest = trained.manifest
    assert manifest.name == "tiny"
    assert [(s.name, s.rows) for s in manifest.sources] == [("invented", len(corpus_gold()))]
    assert manifest.training["base"] == "none"
    assert set(manifest.figures) == {"hostility", "off_topic"}
    assert [report.attribute for report in trained.reports] == list(Attribute)
    assert all(isinstance(report, Report) and report.n_groups == 6 for report in trained.reports)


def test_what_is_trained_scores_like_what_is_loaded(trained: Trained, moderator: Moderator) -> None:
    comments = [item.comment for item in corpus_gold()]
    for one, two in zip(
        _built(trained).score_many(comments), moderator.score_many(comments), strict=True
    ):
        assert one.hostility == two.hostility
        assert one.off_topic == two.off_topic


@pytest.mark.parametrize("attribute", Attribute)
def test_an_attribute_without_labels_is_not_scored(
    gold: Sequence[Gold], attribute: Attribute
) -> None:
    trained = train(_only(attribute, gold), name="m", recipe=SMALL)
    assert (trained.manifest.hostility is not None) is (attribute is Attribute.HOSTILITY)
    assert (trained.manifest.off_topic is not None) is (attribute is Attribute.OFF_TOPIC)


def _labelled(true: int, false: int, groups: int = 6) -> list[Gold]:
    words = ["good", "kind", "bridge", "river", "lamp", "garden"]
    labels = [1.0] * true + [0.0] * false
    return [
        Gold(
            comment=Comment(text=f"{'idiot ' * int(label)}{words[i % 6]} {words[i // 6 % 6]}"),
            group=str(i % groups),
            hostility=label,
        )
        for i, label in enumerate(labels)
    ]


@pytest.mark.parametrize(
    "gold",
    [
        [],
        _labelled(FEWEST - 1, 50),
        _labelled(50, FEWEST - 1),
        _labelled(50, 0),
        _labelled(30, 30, groups=1),
        [msgspec.structs.replace(item, hostility=0.5) for item in _labelled(30, 30)],
        [
            msgspec.structs.replace(item, group="one" if item.hostility else item.group)
            for item in _labelled(20, 40)
        ],
    ],
    ids=["none", "few true", "few false", "no false", "one group", "contested", "true in one"],
)
def test_too_few_labels_are_a_clear_error(gold: list[Gold]) -> None:
    with pytest.raises(InputError, match="too few labels") as caught:
        train(gold, name="m", recipe=SMALL)
    assert caught.value.exit_status == 3
    assert str(FEWEST) in str(caught.value)
    assert "two articles" in str(caught.value)


def test_just_enough_labels_train() -> None:
    trained = train(_labelled(FEWEST, FEWEST), name="m", recipe=SMALL)
    rude, kind = _hostility(_built(trained), "idiot", "kind garden")
    assert rude > kind


def test_shares_are_what_the_scores_aim_at() -> None:
    gold = [
        msgspec.structs.replace(item, hostility=0.8 if item.hostility else 0.1)
        for item in _labelled(60, 60)
    ]
    moderator = _built(train(gold, name="m", recipe=SMALL))
    values = np.array(_hostility(moderator, *(item.comment.text for item in gold)))
    assert values[:60].mean() == pytest.approx(0.8, abs=0.05)
    assert values[60:].mean() == pytest.approx(0.1, abs=0.05)


def test_scores_are_no_surer_than_the_labels_are_many() -> None:
    values = _hostility(_built(train(_labelled(20, 20), name="m", recipe=SMALL)), "idiot good good")
    assert 0.8 < values[0] < 0.999


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A base model, as a newsroom gets it."""
    trained = train(corpus_gold(), name="base", recipe=SMALL)
    folder = tmp_path_factory.mktemp("base") / "base"
    return write_model(folder, trained.manifest, trained.arrays, "card")


def _newsroom(text: str, label: float, n: int = 40) -> list[Gold]:
    """Many labels of one wording beside as many civil and hostile ones of the corpus."""
    ours = [Gold(comment=Comment(text=text), group=f"g{i % 8}", hostility=label) for i in range(n)]
    kept = [
        msgspec.structs.replace(item, off_topic=None, comment=Comment(text=item.comment.text))
        for item in corpus_gold()
    ]
    return ours + kept


def test_labels_that_contradict_the_base_move_the_score(base: Model) -> None:
    text = "You stupid clown, honestly."
    before = _hostility(Moderator(base), text)[0]
    adapted = _built(train(_newsroom(text, 0.0), name="m", recipe=SMALL, base=base))
    assert _hostility(adapted, text)[0] < before - 0.1
    raised = _built(train(_newsroom("plain harbour talk", 1.0), name="m", recipe=SMALL, base=base))
    plain = _hostility(Moderator(base), "plain harbour talk")[0]
    assert _hostility(raised, "plain harbour talk")[0] > plain + 0.1


def test_elsewhere_the_adapted_model_stays_near_its_base(base: Model) -> None:
    texts = [item.comment.text for item in corpus_gold()]
    agreeing = [
        msgspec.structs.replace(item, off_topic=None, group=str(i % 5))
        for i, item in enumerate(corpus_gold())
    ]
    adapted = _built(train(agreeing, name="m", recipe=SMALL, base=base))
    before, after = (_hostility(m, *texts) for m in (Moderator(base), adapted))
    assert np.abs(np.array(before) - np.array(after)).max() < 0.15
    assert np.corrcoef(before, after)[0, 1] > 0.98


def test_labels_that_say_what_the_base_says_change_nothing(base: Model) -> None:
    assert base.hostility is not None
    texts = [item.comment.text for item in corpus_gold()]
    said = base.hostility.probability(texts).tolist()
    gold = [
        Gold(comment=Comment(text=text), group=text, hostility=share)
        for text, share in zip(texts, said, strict=True)
    ]
    adapted = TextLearner(SMALL, base).fit(rows_of(gold, Attribute.HOSTILITY)).model
    np.testing.assert_allclose(adapted.probability(texts), said, atol=1e-4)


def test_a_few_labels_do_not_turn_the_base_round(base: Model) -> None:
    assert base.hostility is not None
    texts = [item.comment.text for item in corpus_gold()]
    before = base.hostility.log_odds(texts)
    few = [
        Gold(comment=Comment(text=texts[i]), group=str(i), hostility=label)
        for where, label in ((before.argmax(), 0.0), (before.argmin(), 1.0))
        for i in [int(where)] * 5
    ]
    adapted = TextLearner(SMALL, base).fit(rows_of(few, Attribute.HOSTILITY)).model
    old, new = base.hostility.coefs[0], adapted.coefs[0]
    scales = (
        new[old != 0] / old[old != 0]
    )  # most terms stand in neither text: they move as the base
    assert 0 < np.median(scales) < 1


def test_what_has_no_labels_of_its_own_stays_as_in_the_base(base: Model) -> None:
    adapted = train(_only(Attribute.HOSTILITY, corpus_gold()), name="m", recipe=SMALL, base=base)
    assert adapted.manifest.off_topic == base.manifest.off_topic
    comments = [item.comment for item in corpus_gold()]
    for one, two in zip(
        _built(adapted).score_many(comments), Moderator(base).score_many(comments), strict=True
    ):
        assert one.off_topic == two.off_topic
    assert adapted.manifest.training["base"] == base.version


def test_a_base_keeps_what_its_sentences_count(base: Model, tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(SMALL, sentence=SentenceSpec(share=0.3))
    trained = train(_only(Attribute.HOSTILITY, corpus_gold()), name="drawn", recipe=recipe)
    drawn = write_model(tmp_path / "drawn", trained.manifest, trained.arrays, "card")
    assert drawn.hostility is not None
    assert drawn.hostility.sentence == recipe.sentence
    text = "Thank you for the report. You pathetic clown!"
    whole = TextModel(drawn.hostility.blocks, drawn.hostility.coefs, drawn.hostility.intercept)
    assert drawn.hostility.log_odds([text]) != whole.log_odds([text])
    adapted = train(_newsroom(text, 0.0), name="m", recipe=SMALL, base=drawn)
    assert adapted.manifest.hostility is not None
    assert adapted.manifest.hostility.sentence == recipe.sentence


def test_off_topic_adapts_too(base: Model) -> None:
    trained = train(_only(Attribute.OFF_TOPIC, corpus_gold()), name="m", recipe=SMALL, base=base)
    near, far = (corpus_gold()[0].comment, corpus_gold()[6].comment)
    values = [v.off_topic.value for v in _built(trained).score_many([near, far])]
    assert values[0] is not None
    assert values[1] is not None
    assert 10 * values[0] < values[1]


def test_the_result_does_not_depend_on_the_number_of_processes() -> None:
    alone, together = (train(corpus_gold(), name="m", recipe=SMALL, jobs=n) for n in (1, 2))
    assert alone.manifest == together.manifest
    assert all(np.array_equal(alone.arrays[k], together.arrays[k]) for k in alone.arrays)


def test_labels_too_few_to_choose_a_threshold_leave_the_base_s(
    model: Model, gold: Sequence[Gold]
) -> None:
    calm = [item for item in gold if item.hostility == 0.0]
    hostile = [item for item in gold if item.hostility == 1.0][:FEWEST]
    recipe = msgspec.structs.replace(SMALL, review_precision=0.9)  # ten of twenty at best
    found = train([*hostile, *calm], name="m", recipe=recipe, base=model)
    assert found.manifest.hostility is not None
    chosen, usual = found.manifest.hostility.thresholds, model.thresholds(Attribute.HOSTILITY)
    assert usual is not None
    assert (chosen.review, chosen.hold) == (usual.review, usual.hold)
    assert "not reached" in chosen.chosen_for
