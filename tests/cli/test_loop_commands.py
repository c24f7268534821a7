"""The weekly loop: train onto a shelf, promote, go back, choose thresholds, report."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
import pytest
from running import Command

pytestmark = pytest.mark.usefixtures("few_rounds", "no_floor")


@pytest.fixture
def shelf(run: Command, labelled_folder: Path, tmp_path: Path) -> Path:
    """A shelf with one version, current by force."""
    folder = tmp_path / "shelf"
    options = ("-o", folder, "--base", "none", "--promote", "--force")
    assert run("train", labelled_folder, *options).status == 0
    return folder


def _other_week(folder: Path) -> Path:
    """The corpus under other articles, in other words."""
    folder.mkdir()
    rows = [
        {
            **row,
            "id": f"{row['id']}-2",
            "text": f"{row['text']} Truly.",
            "article_id": f"{row['article_id']}-2",
        }
        for row in corpus.rows()
    ]
    corpus.write_lines(folder / "comments.jsonl", rows)
    articles = [{"id": f"{a.id}-2", "title": a.title, "text": a.text} for a in corpus.ARTICLES]
    corpus.write_lines(folder / "articles.jsonl", articles)
    return folder


def test_versions_are_numbered_compared_and_never_overwritten(
    run: Command, shelf: Path, labelled_folder: Path, tmp_path: Path
) -> None:
    first = {path.name: path.read_bytes() for path in (shelf / "1").iterdir()}
    other = _other_week(tmp_path / "week2")
    done = run("train", labelled_folder, other, "-o", shelf, "--base", "none", "--promote")
    assert done.status == 0, done.err
    assert "against shelf-1@" in done.out
    assert "left out" in done.out  # the first week's articles
    assert "version 2" in done.out
    assert {path.name: path.read_bytes() for path in (shelf / "1").iterdir()} == first
    # On words it has in common with the first, the second is no better: it waits for a person.
    assert "not promoted" in done.out
    scored = run("score", "--model", shelf, "--text", "You idiot", "--format", "jsonl")
    assert scored.records[0]["model"].startswith("shelf-1@")


def test_a_first_version_that_is_no_better_leaves_what_was_there(
    run: Command, labelled_folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    done = run("train", labelled_folder, "-o", shelf, "--base", model_folder, "--promote")
    assert done.status == 0, done.err
    assert "not promoted" in done.out
    assert "version 0, model tiny@" in done.out
    scored = run("score", "--model", shelf, "--text", "You idiot", "--format", "jsonl")
    assert scored.records[0]["model"].startswith("tiny@")
    assert "version 0 is current" in run("info", shelf).out
    for path in model_folder.iterdir():
        assert (shelf / "0" / path.name).read_bytes() == path.read_bytes()
    # Both ways are open: on to the new version, and back.
    assert run("promote", shelf, 1).status == 0
    assert run("promote", shelf).status == 0
    assert "version 0 is current" in run("info", shelf).out
    # A shelf in another language begins with nothing.
    other = tmp_path / "deutsch"
    run("train", labelled_folder, "-o", other, "--base", "none", "--language", "de", "--promote")
    assert not (other / "0").exists()


def test_promote_and_back(run: Command, shelf: Path, labelled_folder: Path) -> None:
    run("train", labelled_folder, "-o", shelf, "--base", "none")
    assert run("promote", shelf, 2).status == 0
    told = run("info", shelf).out
    assert "version 2 is current" in told
    assert "by hand" in told
    assert run("promote", shelf).status == 0  # back
    lineage = json.loads(run("info", shelf, "--json").out)
    assert lineage["current"] == 1
    assert [e["event"] for e in lineage["versions"]].count("promoted") == 3
    again = run("promote", shelf, 1)
    assert (again.status, "current already" in again.out) == (0, True)
    assert run("promote", shelf, 9).status == 3


def test_a_damaged_version_is_not_promoted(
    run: Command, shelf: Path, labelled_folder: Path
) -> None:
    run("train", labelled_folder, "-o", shelf, "--base", "none")
    manifest = shelf / "2" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"shelf-2", b"shelf-9"))
    found = run("promote", shelf, 2)
    assert found.status == 3
    assert "manifest.json" in found.err
    assert json.loads(run("info", shelf, "--json").out)["current"] == 1


def test_promote_needs_a_shelf(run: Command, model_folder: Path, labelled_folder: Path) -> None:
    assert run("promote", model_folder, 1).status == 3
    found = run("train", labelled_folder, "-o", model_folder, "--promote")
    assert found.status == 2
    assert "shelf" in found.err


def test_the_environment_names_the_model(
    run: Command, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODERATION_MODEL", str(shelf))
    scored = run("score", "--text", "You idiot", "--format", "jsonl")
    assert scored.records[0]["model"].startswith("shelf-1@")
    assert "shelf-1@" in run("info").out


def test_evaluate_says_which_rows_trained_the_model(
    run: Command, model_folder: Path, labelled_folder: Path, tmp_path: Path
) -> None:
    told = run("evaluate", labelled_folder, "--model", model_folder)
    assert "trained this model" in told.out
    other = _other_week(tmp_path / "other")
    told = run("evaluate", other, "--model", model_folder)
    assert "trained this model" not in told.out


def test_thresholds_by_workload(run: Command, model_folder: Path, tmp_path: Path) -> None:
    wanted = ("--review-share", "0.1", "--hold-share", "0.02", "-o", tmp_path / "m", "--json")
    found = run("thresholds", "--model", model_folder, *wanted)
    assert found.status == 0, found.err
    document = json.loads(found.out)
    by_target = {choice["target"]: choice for choice in document["choices"]}
    assert by_target["review, as chosen"]["share"]["value"] <= 0.1
    assert by_target["hold, as chosen"]["share"]["value"] <= 0.02
    manifest = json.loads((tmp_path / "m" / "manifest.json").read_text("utf-8"))
    assert manifest["hostility"]["thresholds"]["review"] == document["chosen"]["review"]
    assert "at most 10 % of comments" in manifest["hostility"]["thresholds"]["chosen_for"]
    again = run("thresholds", "--model", model_folder, *wanted)
    assert again.status == 2  # it exists


def test_shares_are_measured_on_comments_as_they_come(
    run: Command, model_folder: Path, tmp_path: Path
) -> None:
    calm = tmp_path / "stream.jsonl"
    corpus.write_lines(calm, [{"text": "Thank you for it." + " Fine." * n} for n in range(40)])
    options = ("--review-share", "0.1", "--comments", calm, "--json")
    found = run("thresholds", "--model", model_folder, *options)
    plain = run("thresholds", "--model", model_folder, "--review-share", "0.1", "--json")
    assert json.loads(found.out)["chosen"]["review"] < json.loads(plain.out)["chosen"]["review"]
    assert "shares on 40 comments" in json.loads(found.out)["chosen"]["chosen_for"]
    named = tmp_path / "stream.csv"
    named.write_text("nr,body\n" + "".join(f"{n},Thank you.{' Fine.' * n}\n" for n in range(40)))
    options = ("--review-share", "0.1", "--comments", named, "--column", "text=body", "--json")
    found = run("thresholds", "--model", model_folder, *options)
    assert "shares on 40 comments" in json.loads(found.out)["chosen"]["chosen_for"]


def test_an_aim_that_no_threshold_reaches_cannot_be_had(run: Command, model_folder: Path) -> None:
    told = run("thresholds", "--model", model_folder, "--hold-precision", "0.95").out
    cannot = [line[:27].strip() for line in told.splitlines() if "cannot be had" in line]
    assert {"precision of 95 %", "hold, as chosen"} <= set(cannot)
    assert "1.0000" not in told


@pytest.mark.parametrize(
    "wrong",
    [
        ("--review-share", "0"),
        ("--review-share", "0.1", "--review-precision", "0.5"),
        ("--attribute", "kindness"),
        ("-o", "somewhere"),
    ],
)
def test_thresholds_wrongly_asked_for(
    run: Command, model_folder: Path, wrong: tuple[str, ...]
) -> None:
    assert run("thresholds", "--model", model_folder, *wrong).status == 2


def test_what_is_wrongly_asked_for_is_told(run: Command, model_folder: Path) -> None:
    percent = run("thresholds", "--model", model_folder, "--review-share", "5")
    assert "found 5.0 - 0.05 is 5 %" in percent.err
    kind = run("thresholds", "--model", model_folder, "--attribute", "kindness")
    assert "hostility or off_topic" in kind.err


def test_a_threshold_that_nothing_reaches_is_explained(
    run: Command, model_folder: Path, labelled_folder: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    never = ("--hold-share", "0.0001", "-o", own)
    assert run("thresholds", "--model", model_folder, *never).status == 0
    told = run("evaluate", labelled_folder, "--model", own).out
    assert "hold cannot be had: no threshold reaches the precision that is asked for" in told


def test_training_that_holds_nothing_says_how_to_hold_more(
    run: Command, labelled_folder: Path, tmp_path: Path
) -> None:
    usual = run("train", labelled_folder, "-o", tmp_path / "usual")
    assert "nothing is held" not in usual.out  # the thresholds of the base stay
    own = tmp_path / "own"  # eighteen labels of a kind promise no precision
    told = run("train", labelled_folder, "-o", own, "--base", "none").out
    hint = f"moderation thresholds --model {own} --attribute hostility --hold-precision 0.8"
    assert f"nothing is held for hostility: {hint} asks for less" in told
    on_shelf = tmp_path / "shelf"
    told = run("train", labelled_folder, "-o", on_shelf, "--base", "none", "--promote").out
    assert f"moderation thresholds --model {on_shelf / '1'} --attribute off_topic" in told


@pytest.mark.usefixtures("few_rounds")
def test_a_report_tells_of_labels_that_it_leaves_out(
    run: Command, model_folder: Path, labelled_folder: Path, tmp_path: Path
) -> None:
    done = run("report", model_folder, "--labelled", labelled_folder, "-o", tmp_path / "r.html")
    assert done.status == 0
    for name in ("hostility", "off-topic"):
        assert f"labelled comments left out of {name} - the model was trained on them" in done.err


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("command", ["evaluate", "report", "thresholds"])
def test_a_model_is_measured_on_comments_in_its_language(
    run: Command, model_folder: Path, tmp_path: Path, command: str
) -> None:
    other = _other_week(tmp_path / "other")
    dutch = "Dat kunt u beter vragen aan de gemeente, mevrouw"
    row = {"text": dutch, "hostility": True, "off_topic": False, "annotator": "a"}
    corpus.write_lines(other / "dutch.jsonl", [{**row, "id": str(i)} for i in range(3)])
    named, page = ("--model", model_folder), tmp_path / "report.html"
    comments = [other / name for name in ("comments.jsonl", "dutch.jsonl")]
    streams = [part for path in comments for part in ("--comments", path)]
    asked: dict[str, tuple[object, ...]] = {
        "evaluate": (other, *named),
        "report": (model_folder, "-o", page, "--labelled", other),
        "thresholds": (other, *named, *streams),
    }
    found = run(command, *asked[command])
    assert found.status == 0, found.err
    told = found.err.count("left out: 3 comments in a language that tiny@")
    assert told == (2 if command == "thresholds" else 1)  # of the labelled ones, and of the others
    comments[0].unlink()
    found = run(command, *asked[command], *(("--force",) if command == "report" else ()))
    assert found.status == 3
    assert "does not speak the language of any labelled comment" in found.err


@pytest.mark.usefixtures("few_rounds")
def test_report(run: Command, model_folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    other = _other_week(tmp_path / "other")
    done = run("report", model_folder, "--labelled", other, "--a-day", "350", "-o", page)
    assert done.status == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")
    told = [line for line in done.out.splitlines() if "Of 350 comments a day, you read" in line]
    assert [line.partition(".")[0] for line in told] == ["Hostility", "Off-topic"]
    assert all(line.partition(". ")[2] in page.read_text("utf-8") for line in told)
    assert run("report", model_folder, "-o", page).status == 2
    assert run("report", model_folder, "-o", page, "--force").status == 0


def test_rejected_rows_lie_on_the_shelf_and_stand_in_the_way_of_no_training(
    run: Command, labelled_folder: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jsonl"
    corpus.write_lines(bad, [{"text": "Fine.", "hostility": "maybe"}])
    shelf = tmp_path / "new"
    options = ("-o", shelf, "--base", "none", "--promote")
    few = run("train", bad, *options)
    assert few.status == 3
    for _ in range(2):
        done = run("train", labelled_folder, bad, *options)
        assert done.status == 1, done.err
    assert (shelf / "1.rejected.jsonl").read_text("utf-8").count("\n") == 1
    assert (shelf / "2.rejected.jsonl").is_file()


def test_a_current_version_that_cannot_be_read_is_no_obstacle(
    run: Command, shelf: Path, labelled_folder: Path
) -> None:
    manifest = shelf / "1" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    done = run("train", labelled_folder, "-o", shelf, "--base", "none", "--promote")
    assert done.status == 0, done.err
    assert "cannot be read" in done.err
    assert "version 2" in done.out
    assert "nothing to compare it with" in done.out
    assert run("promote", shelf, 2).status == 0


def test_thresholds_on_what_trained_the_model_say_so(
    run: Command, model_folder: Path, labelled_folder: Path
) -> None:
    found = run("thresholds", labelled_folder, "--model", model_folder)
    assert found.status == 3
    assert "trained on" in found.err


def test_thresholds_are_the_next_version_of_a_shelf(run: Command, shelf: Path) -> None:
    wanted = ("--model", shelf, "--review-share", "0.1", "-o", shelf)
    for version in (2, 3):
        done = run("thresholds", *wanted)
        assert done.status == 0, done.err
        assert f"shelf-{version}@" in done.out
    lineage = json.loads(run("info", shelf, "--json").out)
    assert lineage["current"] == 3
    assert lineage["versions"][-2]["base"].startswith("shelf-2@")
    assert "at most 10 % of comments" in lineage["versions"][-1]["why"]
    assert run("promote", shelf).status == 0
    assert json.loads(run("info", shelf, "--json").out)["current"] == 2


def test_lineage_is_told_of_a_damaged_current_version(run: Command, shelf: Path) -> None:
    (shelf / "1" / "manifest.json").unlink()
    found = run("info", shelf)
    assert found.status == 3
    assert "version 1 is current" in found.out


def test_a_base_that_knows_the_labels_is_told(
    run: Command, model_folder: Path, labelled_folder: Path, tmp_path: Path
) -> None:
    options = ("-o", tmp_path / "m", "--base", model_folder)
    told = run("train", labelled_folder, *options).err
    assert "trained the base already" in told
