"""The report: one page, safe to open, equal for equal findings, and true to the figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser

import msgspec
import numpy as np
import pytest
from reporting import findings, unseen

from moderation.evaluation.metrics import Figure
from moderation.evaluation.report import find, in_short, render
from moderation.evaluation.report.charts import charts
from moderation.evaluation.report.sections import ReportFindings
from moderation.evaluation.report.summary import origin
from moderation.evaluation.report.weights import strongest
from moderation.evaluation.workload import Choice
from moderation.features import WordTerms
from moderation.labels.gold.computing import Gold
from moderation.model.artifact.folder import Model
from moderation.model.linear import TextModel
from moderation.records import Attribute, Comment

pytestmark = pytest.mark.usefixtures("few_rounds")

DAY = date(2026, 11, 3)


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


@pytest.fixture(scope="module")
def found(model: Model, gold: Sequence[Gold]) -> ReportFindings:
    return findings(model, gold)


@pytest.fixture(scope="module")
def page(found: ReportFindings) -> str:
    return render(found, day=DAY, a_day=350)


def _without_charts(found: ReportFindings) -> ReportFindings:
    return msgspec.structs.replace(found, attributes=[])


def test_the_page_needs_no_network_and_runs_nothing(page: str) -> None:
    read = _Page(page)
    assert {"script", "link", "iframe", "img"}.isdisjoint(read.tags)
    assert read.links
    assert all(link.startswith("#") for link in read.links)
    assert read.tags.count("svg") == 8
    assert len(read.ids) == len(set(read.ids))


def test_the_contents_lead_to_every_section(page: str) -> None:
    contents = _Page(page[page.index("<nav") : page.index("</nav>")]).links
    assert contents == [f"#{each}" for each in re.findall(r'<h2 id="(\w+)"', page)]
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert page.count(f"<{landmark}") == 1


def test_comments_are_text_on_the_page(page: str) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;c." in page


def test_equal_findings_give_equal_bytes(model: Model, gold: Sequence[Gold]) -> None:
    one, other = (
        msgspec.structs.replace(each, attributes=each.attributes[:1])
        for each in (find(model, unseen(gold)), find(model, unseen(gold)))
    )
    assert render(one, day=DAY) == render(other, day=DAY)


def test_the_page_begins_with_the_model_the_day_and_what_they_mean(
    found: ReportFindings, page: str
) -> None:
    told = [page.index(text) for text in ("<h1>tiny: ", "3 November 2026", "Of 350 comments a day")]
    assert told == sorted(told)
    assert page.index(found.digest) > page.index("<footer>")
    assert page.count(found.digest) == 1


def _choice(threshold: float, share: float, precision: float, recall: float) -> Choice:
    figures = [Figure(value=v, low=v - 0.02, high=v + 0.02) for v in (share, precision, recall)]
    share_, precision_, recall_ = figures
    return Choice(
        target="-", threshold=threshold, share=share_, precision=precision_, recall=recall_
    )


def test_the_first_paragraph_counts_people_and_comments(found: ReportFindings) -> None:
    hostility = msgspec.structs.replace(
        found.attributes[0],
        review=_choice(0.2, 0.1025, 0.5, 0.6),
        hold=_choice(0.6, 0.03, 0.8, 0.3),
    )
    assert in_short(hostility, 800) == [
        "Of 100 hostile comments, it sends you 60 (58 to 62) and proposes to publish 40.",
        "Of 800 comments a day, you read 82 (66 to 98); it proposes to hold 24 (8 to 40) of these.",
        "Of 100 comments that it sends you, 50 (48 to 52) are hostile; of 100 that it would hold, "
        "80 (78 to 82) are.",
    ]
    gold = hostility.evidence.gold.copy()
    gold[0] = 0.5
    divided = msgspec.structs.replace(hostility, evidence=hostility.evidence._replace(gold=gold))
    assert in_short(divided)[2].startswith(
        "Of 100 comments that it sends you and on which people agreed, 50 "
    )
    unsure = msgspec.structs.replace(hostility, hold=_choice(1.0, 0.0, 0.0, 0.0))
    assert "proposes to hold none: no score is certain enough" in in_short(unsure)[1]
    assert "would hold" not in " ".join(in_short(unsure))
    never = msgspec.structs.replace(hostility, review=_choice(1.0, 0.0, 0.0, 0.0))
    assert in_short(never) == [
        "It sends you nothing for being hostile: no score is certain enough for that."
    ]


def test_an_aim_that_cannot_be_reached_has_no_threshold(found: ReportFindings) -> None:
    (hostility, *others) = found.attributes
    impossible = [msgspec.structs.replace(choice, threshold=1.0) for choice in hostility.offered]
    hostility = msgspec.structs.replace(hostility, offered=impossible)
    page = render(msgspec.structs.replace(found, attributes=[hostility, *others]), day=DAY)
    assert page.count("cannot be had") >= len(impossible)
    assert "1.0000" not in page


def test_every_behaviour_stands_with_a_case_that_fails(found: ReportFindings, page: str) -> None:
    assert found.suite is not None
    part = page[page.index('id="misses"') : page.index('id="hostility"')]
    for result in found.suite.behaviours:
        assert result.behaviour.title in part
        assert f"{result.n_passed} of {result.n}" in part or result.example is None
    assert "The bridge, again." in part
    assert "hostile, not sent to you:" in part


def test_insults_are_masked_until_somebody_wants_to_see_them(
    found: ReportFindings, page: str
) -> None:
    assert '<span class="masked">You i****, you m****, how kind.</span>' in page
    assert '<span class="plain">You idiot, you moron, how kind.</span>' in page
    assert '<input type="checkbox" id="words">' in page
    plain = render(_without_charts(found), day=DAY, unmasked=True)
    assert "i****" not in plain
    assert "checkbox" not in plain
    assert "You idiot, you moron, how kind." in plain


def test_the_worst_mistakes_are_the_worst(found: ReportFindings) -> None:
    hostility = found.attributes[0]
    for mistakes, sign in ((hostility.missed, 1), (hostility.alarmed, -1)):
        scores = [sign * mistake.score for mistake in mistakes]
        assert scores == sorted(scores)
        assert all((mistake.gold > 0.5) == (sign == 1) for mistake in mistakes)
        assert all(mistake.reasons for mistake in mistakes)
        review = sign * hostility.thresholds.review
        assert all(score < review or score == review == -sign for score in scores)


def test_labels_that_trained_the_model_are_replaced_by_its_own_validation(
    model: Model, gold: Sequence[Gold]
) -> None:
    found = find(model, gold)
    own = find(model)
    assert found.n_known == dict.fromkeys(Attribute, len(gold))
    assert [each.figures for each in found.attributes] == [each.figures for each in own.attributes]
    for each in found.attributes:
        assert "was trained on all" in each.why_own
        assert each.why_own in " ".join(origin(each))
    assert not found.attributes[0].missed


def test_an_attribute_that_nobody_can_measure_says_why(found: ReportFindings) -> None:
    found = msgspec.structs.replace(
        _without_charts(found), unmeasured={Attribute.OFF_TOPIC: "it rained"}
    )
    page = render(found, day=DAY)
    assert page.count("it rained") == 2
    assert 'id="off_topic"' in page


def test_without_labels_the_models_own_validation_is_shown(model: Model) -> None:
    found = find(model)
    told = {each.attribute.value: each.figures["roc_auc"].value for each in found.attributes}
    for name, value in told.items():
        kept = model.manifest.figures[name]["figures"]["roc_auc"]["value"]
        assert value == pytest.approx(kept, abs=1e-3)
    assert all("had seen no comment of the same article" in origin(a)[0] for a in found.attributes)
    page = render(_without_charts(found), day=DAY)
    assert "Not looked at" in page
    assert "No functional suite was run" in page


def test_groups_with_too_few_comments_are_named(page: str) -> None:
    assert "sikh: 1 comment, 0 hostile" in page
    assert "Too few to say" in page


def test_what_weighs_most(found: ReportFindings) -> None:
    for each in found.attributes:
        assert all(w.weight > 0 for w in each.weights.raising)
        assert all(w.weight < 0 for w in each.weights.lowering)
        for weights in (each.weights.raising, each.weights.lowering):
            sizes = [abs(w.weight) for w in weights]
            assert sizes == sorted(sizes, reverse=True)


def test_signals_are_told_in_words(found: ReportFindings) -> None:
    weights = found.attributes[1].weights
    told = {weight.name for weight in (*weights.raising, *weights.lowering)}
    assert told
    assert not any("_" in name for name in told)
    assert not told & {"words", "starts", "sense", "surprise", "covered", "thin"}


def test_a_pair_is_told_with_its_words_if_it_weighs_more_than_they(model: Model) -> None:
    assert model.hostility is not None
    words, *others = model.hostility.blocks
    names = ["damn", "damn fools", "fools", "fools sing", "shut", "shut up", "up"]
    block = words._replace(terms=WordTerms.of(names, 2), idf=np.ones(7))
    weights = np.array([4.0, -2.0, 5.0, 1.0, 1.0, 6.0, 0.5])
    coefs = [weights, *(0 * coef for coef in model.hostility.coefs[1:])]
    found = strongest(TextModel([block, *others], coefs, 0.0))
    told = {w.name: w.weight for w in found.raising}
    assert told == {"shut up": 7.5, "fools": 5.0, "damn": 4.0, "shut": 1.0, "up": 0.5}
    assert found.lowering == []


def test_a_chart_says_in_words_and_in_a_table_what_it_draws(found: ReportFindings) -> None:
    hostility = found.attributes[0]
    for chart in charts(hostility, 800):
        assert all(len(row) == len(chart.heads) for row in chart.rows)
        assert len(chart.rows) > 4
        assert chart.told.endswith(".")
        assert re.search(r"<text[^>]*>[^<]*(review|this model)</text>", chart.svg)
    read = f"{800 * (hostility.review.share.value or 0):.0f} of 800"
    assert read in charts(hostility, 800)[0].told
    assert np.isfinite(hostility.evidence.score).all()


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
    assert "nothing to tell apart" in found.attributes[0].why_own
