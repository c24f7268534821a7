"""Training in a language without a base: folds by source, weights, strengths and the floor."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from moderation.errors import UsageError
from moderation.evaluation import Figure, Report
from moderation.features import BlockSpec, blocks_for
from moderation.labels.gold import Gold, rows_of
from moderation.model import Moderator, model_card
from moderation.model.artifact.folder import Model
from moderation.records import Attribute, Comment
from moderation.training import Recipe, recipe_for, train
from moderation.training.floor import FEWEST_HOSTILE, LEAST_AUC, caution
from moderation.training.folds import fold_groups, sources_apart, splits

pytestmark = pytest.mark.usefixtures("few_rounds")

_BLOCKS = (BlockSpec(analyzer="word", ngram_range=(1, 1), token_pattern=r"\w+", min_df=2),)
SMALL = Recipe(
    blocks=_BLOCKS, strengths=(0.01, 1.0), by_source=True, base_rate=0.1, language="fi", folds=3
)
_THINGS = "lamppu silta puutarha joki laiva kivi omena".split()


def _gold(source: str, n: int, *, rude: str, articles: int = 5, shared: bool = False) -> list[Gold]:
    """Every second comment of a source is rude."""
    place = "all" if shared else source
    return [
        Gold(
            comment=Comment(text=f"{rude if i % 2 else 'kiitos'} {_THINGS[i % 7]} {i}"),
            group=f"{place} {i // 2 % articles}",
            source=source,
            hostility=float(i % 2),
            natural=None,
        )
        for i in range(n)
    ]


TWO = [*_gold("lehti", 40, rude="tomppeli"), *_gold("palsta", 40, rude="tomppeli")]


def test_a_fold_learns_nothing_from_the_source_that_it_predicts() -> None:
    rows = rows_of(TWO, Attribute.HOSTILITY)
    assert sources_apart(rows) == {"lehti", "palsta"}
    found = [
        tuple({rows.gold[i].source for i in side} for side in fold) for fold in splits(rows, SMALL)
    ]
    assert sorted(found) == [({"lehti"}, {"palsta"}), ({"palsta"}, {"lehti"})]


@pytest.mark.parametrize(
    ("gold", "why"),
    [
        (_gold("lehti", 40, rude="tomppeli"), "one source"),
        ([*_gold("lehti", 40, rude="a"), *_gold("palsta", 18, rude="a")], "too few of the second"),
        (
            [
                *_gold("lehti", 40, rude="a", shared=True),
                *_gold("palsta", 40, rude="a", shared=True),
            ],
            "both under the same articles",
        ),
        ([msgspec.structs.replace(item, natural=True) for item in TWO], "a fair sample"),
    ],
)
def test_folds_go_by_article_otherwise(gold: Sequence[Gold], why: str) -> None:
    rows = rows_of(gold, Attribute.HOSTILITY)
    assert not sources_apart(rows), why
    assert fold_groups(rows, SMALL) is rows.groups


def test_a_small_source_is_not_learnt_from_where_its_article_is_held_out() -> None:
    few = _gold("pieni", 10, rude="tomppeli")
    under = [msgspec.structs.replace(item, group="lehti 0") for item in few]
    rows = rows_of([*TWO, *under], Attribute.HOSTILITY)
    for seen, held in splits(rows, SMALL):
        assert not set(rows.groups[seen]) & set(rows.groups[held])


def test_the_strength_is_chosen_on_the_folds_and_recorded() -> None:
    trained = train(TWO, name="fi", recipe=SMALL)
    assert trained.manifest.training["c"] in SMALL.strengths
    assert trained.manifest.training["held_out"] == "source"
    alone = train(TWO, name="fi", recipe=msgspec.structs.replace(SMALL, strengths=(0.01,)))
    assert alone.manifest.training["c"] == 0.01


def test_a_source_weighs_what_it_was_given() -> None:
    """Two sources disagree about a word; the one that weighs more decides."""
    mixed = [
        *_gold("lehti", 60, rude="tomppeli"),
        *(
            msgspec.structs.replace(item, hostility=1.0 - (item.hostility or 0.0))
            for item in _gold("kiusa", 60, rude="tomppeli")
        ),
    ]
    coefs = []
    for weights in ({"kiusa": 0.1}, {"lehti": 0.1}):
        recipe = msgspec.structs.replace(SMALL, source_weights=weights, strengths=(1.0,))
        trained = train(mixed, name="fi", recipe=recipe)
        terms = bytes(trained.arrays["hostility.0.tokens"]).decode().split("\n")
        grams = trained.arrays["hostility.0.grams"][:, 0]
        at = int(np.flatnonzero(grams == terms.index("tomppeli"))[0])
        coefs.append(float(trained.arrays["hostility.0.coef"][at]))
        assert trained.manifest.training[f"weight of {next(iter(weights))}"] == 0.1
    assert coefs[0] > 0 > coefs[1]


def test_a_source_that_nobody_has_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"no row has this source, found 'lehdet' - .*'lehti'"):
        train(TWO, name="fi", recipe=msgspec.structs.replace(SMALL, source_weights={"lehdet": 2.0}))


def _report(n_true: int, value: float | None, low: float | None) -> Report:
    figure = Figure(value=value, low=low, high=value)
    return Report(
        attribute=Attribute.HOSTILITY,
        n=10 * n_true,
        n_true=n_true,
        n_groups=10,
        n_contested=0,
        n_unscored=0,
        thresholds=None,
        figures={"roc_auc": figure},
        bins=(),
    )


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (_report(FEWEST_HOSTILE, 0.8, LEAST_AUC), ""),
        (_report(FEWEST_HOSTILE - 1, 0.8, LEAST_AUC), "hostile comments"),
        (_report(FEWEST_HOSTILE, 0.8, LEAST_AUC - 0.01), "has to reach"),
        (_report(FEWEST_HOSTILE, LEAST_AUC, None), ""),
        (_report(FEWEST_HOSTILE, None, None), "has to reach"),
    ],
)
def test_the_floor(report: Report, said: str) -> None:
    assert said in caution(report)
    assert bool(said) == bool(caution(report))


def test_a_model_below_the_floor_says_so_first_in_its_card() -> None:
    trained = train(TWO, name="fi", recipe=SMALL)
    assert trained.caution
    card = model_card(trained.manifest)
    assert card.startswith(f"# fi\n\n**Do not use this model**: {trained.caution}.\n\n")
    assert "grouped by source" in card


def test_a_language_has_a_recipe() -> None:
    english, finnish, chinese = (recipe_for(tag) for tag in ("en-GB", "fi", "zh-Hans"))
    assert english.prior.identity_penalty > 1 == finnish.prior.identity_penalty
    assert finnish.blocks == blocks_for(finnish.folding)
    assert chinese.blocks[0].ngram_range[0] == 1
    assert all(recipe.by_source and recipe.strengths for recipe in (english, finnish, chinese))


def test_sources_with_other_shares_do_not_flatten_the_scores() -> None:
    """Rude comments are one in eight of one source and seven in eight of the other."""
    seldom, often = _gold("lehti", 400, rude="tomppeli"), _gold("palsta", 400, rude="tomppeli")
    gold = [
        item
        for source, kept in ((seldom, 0.0), (often, 1.0))
        for i, item in enumerate(source)
        if item.hostility == kept or i % 16 < 2
    ]
    trained = train(gold, name="fi", recipe=SMALL)
    assert trained.manifest.training["held_out"] == "source"
    model = Model(trained.manifest, trained.arrays, digest="")
    comments = [Comment(text=text, language="fi") for text in ("tomppeli joki", "kiitos joki")]
    rude, kind = (v.hostility.value for v in Moderator(model).score_many(comments))
    assert rude is not None
    assert kind is not None
    assert rude > 0.5 > 0.1 > kind
