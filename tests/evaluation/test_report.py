"""The report: one page, safe to open, equal for equal findings, and true to the figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import msgspec
import numpy as np
import pytest

from moderation.evaluation.report import find, render
from moderation.evaluation.report.charts import charts
from moderation.evaluation.report.sections import ReportFindings
from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model
from moderation.records import Attribute, Comment

pytestmark = pytest.mark.usefixtures("few_rounds")


def _unseen(gold: Sequence[Gold]) -> list[Gold]:
    """The corpus as comments that trained nothing, one of them an attack on the page."""
    return [
        msgspec.structs.replace(
            item,
            comment=msgspec.structs.replace(
                item.comment, text=f"{item.comment.text} <script>alert(1)</script> &c."
            ),
        )
        for item in gold
    ]


class _Page(HTMLParser):
    """Tags, ids and what they refer to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"src", "href", "xlink:href"}:
                self.links.append(value or "")


@pytest.fixture
def found(model: Model, gold: Sequence[Gold]) -> ReportFindings:
    return find(model, _unseen(gold))


def test_the_page_needs_no_network_and_runs_nothing(found: ReportFindings) -> None:
    page = _Page(render(found))
    assert {"script", "link", "iframe", "img"}.isdisjoint(page.tags)
    assert page.links
    assert all(link.startswith("#") for link in page.links)
    assert page.tags.count("svg") == 8
    assert len(page.ids) == len(set(page.ids))


def test_comments_are_text_on_the_page(found: ReportFindings) -> None:
    page = render(found)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;c." in page


def test_equal_findings_give_equal_bytes(model: Model, gold: Sequence[Gold]) -> None:
    assert render(find(model, _unseen(gold))) == render(find(model, _unseen(gold)))


def test_the_worst_mistakes_are_the_worst(found: ReportFindings) -> None:
    hostility = found.attributes[0]
    for mistakes, sign in ((hostility.missed, 1), (hostility.alarmed, -1)):
        scores = [sign * mistake.score for mistake in mistakes]
        assert scores == sorted(scores)
        assert all((mistake.gold > 0.5) == (sign == 1) for mistake in mistakes)
        assert all(mistake.reasons for mistake in mistakes)


def test_comments_that_trained_the_model_are_left_out(model: Model, gold: Sequence[Gold]) -> None:
    found = find(model, gold)
    assert found.attributes == []
    assert set(found.unmeasured) == {"hostility", "off_topic"}
    assert found.n_known == found.n_labelled == len(gold)
    assert "left out" in render(found)


def test_without_labels_the_models_own_validation_is_shown(model: Model) -> None:
    found = find(model)
    told = {each.attribute.value: each.figures["roc_auc"].value for each in found.attributes}
    for name, value in told.items():
        kept = model.manifest.figures[name]["figures"]["roc_auc"]["value"]
        assert value == pytest.approx(kept, abs=1e-3)
    page = render(found)
    assert "out of fold by article" in page
    assert "Not audited" in page
    assert not found.attributes[0].missed


def test_what_weighs_most(found: ReportFindings) -> None:
    hostility, off_topic = found.attributes
    assert hostility.attribute is Attribute.HOSTILITY
    for each in (hostility, off_topic):
        assert all(w.weight > 0 for w in each.raising)
        assert all(w.weight < 0 for w in each.lowering)
        weights = [w.weight for w in each.raising]
        assert weights == sorted(weights, reverse=True)


def test_charts_carry_their_thresholds(found: ReportFindings) -> None:
    drawn = charts(found.attributes[0])
    assert list(drawn) == ["ROC", "Precision and recall", "Calibration", "Scores"]
    assert all(re.search(r"<text[^>]*>review</text>", drawn[t]) for t in ("ROC", "Scores"))
    assert np.isfinite(found.attributes[0].evidence.score).all()


def test_contested_and_true_ones_only_are_nothing_to_tell_apart(
    model: Model, gold: Sequence[Gold]
) -> None:
    some = [
        msgspec.structs.replace(
            item,
            comment=Comment(text=f"{item.comment.text} Once more."),
            hostility=0.5 if i % 2 else 1.0,
        )
        for i, item in enumerate(gold)
    ]
    found = find(model, some)
    assert "nothing to tell apart" in found.unmeasured["hostility"]
    assert render(found)
