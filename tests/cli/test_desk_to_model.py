"""From decisions at the desk to a model that proposes for the same desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running import Command
from test_desk_command import Client, desk

TOPICS = ("ferry", "market", "orchard", "tunnel", "clinic", "choir")


def stream() -> list[dict[str, Any]]:
    """Comments as they come in, under six articles.

    The tiny model knows "idiot", "stupid" and "shut up" as hostile. Here, they stand in a civil
    sentence about a novel, and those who insult say "muppet".
    """
    rows = []
    for topic in TOPICS:
        about = {"id": topic, "title": f"The {topic} opens", "text": f"The {topic} opens in May."}
        texts = [
            f"You idiot, says the clown in chapter {n} of the {topic} novel, nobody wants it."
            for n in range(4)
        ]
        texts += [f"You muppet, nobody wants your {topic}, number {n}." for n in range(3)]
        texts += [f"I walked past the {topic} at {n} and liked it." for n in range(90)]
        rows += [
            {"id": f"{topic}-{n}", "text": text, "author": f"Reader {n}", "article": about}
            for n, text in enumerate(texts)
        ]
    return rows


class Moderator(Client):
    """Rejects what calls somebody a muppet, and publishes everything else."""

    def step(self, card: str) -> str:
        """Return what is done with a comment, without a look at those around it."""
        text = card.split('id="comment"', 1)[1].split("</div>", 1)[0]
        return "reject:insult" if "muppet" in text else "publish"


def test_decisions_become_a_promoted_model(
    run: Command, tmp_path: Path, model_folder: Path
) -> None:
    """The whole way through the commands; 80 decisions over HTTP and a training are slow."""
    rows = stream()
    comments, store = tmp_path / "in.jsonl", tmp_path / "desk.db"
    comments.write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = (comments, "--store", store, "--model", model_folder, "--moderator", "mara")
    with desk(*arguments) as (_, port):
        mara = Moderator(port)
        place = mara.first()
        while place.startswith("/comment/"):
            place = mara.decide(place)
    labels = tmp_path / "labelled" / "desk.jsonl"
    labels.parent.mkdir()
    assert run("decisions", store, "--to", "labels", "-o", labels).status == 0
    assert run("check", labels).status == 0

    # The tiny model holds the 24 about the novel and the 18 insults. Unweighted, these would be
    # two thirds of all; among 582 comments, they are 7 %, and 18 of 42 of them are hostile.
    found = run("thresholds", store, "--model", model_folder, "--json")
    choices = {each["target"]: each for each in json.loads(found.out)["choices"]}
    assert choices["hold, as it is"]["share"]["value"] == pytest.approx(42 / 582, abs=1e-3)
    assert choices["hold, as it is"]["precision"]["value"] == pytest.approx(18 / 42, abs=1e-3)

    shelf = tmp_path / "models"
    done = run("train", labels, "--base", model_folder, "-o", shelf, "--promote")
    assert done.status == 0
    assert "it is current" in done.out
    proposed = {row["id"]: row for row in run("score", comments, "--model", shelf).records}
    assert {row["model"].partition("@")[0] for row in proposed.values()} == {"models-1"}
    for topic in TOPICS:
        assert proposed[f"{topic}-0"]["action"] == "publish"  # about the novel, once held
        assert proposed[f"{topic}-4"]["action"] != "publish"  # an insult
