"""Make the frozen model anew: ``python tests/data/make_frozen.py`` (after a change of folding).

It is trained on the invented corpus of the tests with a small vocabulary, and its weights are
packed. A format once written must stay readable: for a new format add a folder, and leave this
one as it is.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

import corpus  # noqa: E402
import msgspec  # noqa: E402

from moderation.features.ngrams import BlockSpec  # noqa: E402
from moderation.model.artifact.folder import write_model  # noqa: E402
from moderation.model.moderator import Moderator  # noqa: E402
from moderation.records import Article, Comment  # noqa: E402
from moderation.training.fitting import train  # noqa: E402
from moderation.training.recipe import Recipe  # noqa: E402

FOLDER = HERE / "model-format-1"
BLOCKS = (
    BlockSpec(analyzer="word", ngram_range=(1, 2), min_df=2, max_features=60),
    BlockSpec(analyzer="char_wb", ngram_range=(2, 4), min_df=4, max_features=120),
)
TEXTS = (
    ("You 1d10t, the bridge is fine.", ""),
    ("Thank you for the careful report about the library.", "Town library to open on Sundays"),
    ("Cheap watches at www.example.com", "Bus lane trial on Marsh Road extended"),
    ("", ""),
    ("Shut up, clown", "Rovers plan a smaller stadium by the river"),
)


def main() -> None:
    """Train, write, and pin the scores."""
    trained = train(corpus.gold(), name="frozen", recipe=Recipe(blocks=BLOCKS))
    versions = {**trained.manifest.training, "scikit-learn": "any", "moderation": "any"}
    manifest = msgspec.structs.replace(trained.manifest, training=versions)
    shutil.rmtree(FOLDER, ignore_errors=True)
    write_model(FOLDER, manifest, trained.arrays, "# A frozen model of format 1, for the tests\n")
    moderator = Moderator.load(FOLDER)
    scores = []
    for text, title in TEXTS:
        article = Article(title=title) if title else None
        verdict = moderator.score(Comment(text=text, article=article))
        scores.append(
            {
                "text": text,
                "title": title,
                "hostility": verdict.hostility.value,
                "off_topic": verdict.off_topic.value,
            }
        )
    pinned = {"digest": moderator.model.digest, "scores": scores}
    # The background of topicality is large and says little: packed, it is a few kilobytes.
    weights = FOLDER / "weights.safetensors"
    packed = gzip.compress(weights.read_bytes(), mtime=0)
    (FOLDER / "weights.safetensors.gz").write_bytes(packed)
    weights.unlink()
    path = HERE / "model-format-1.scores.json"
    path.write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
