"""Which comments are left without a score because of their language, and what the check costs.

    python -m benchmarks.identification [--shared ../shared] [--most 1000]
    python -m benchmarks.identification --words

The first table takes the labelled comments of 24 languages by their length: how many the English
model leaves unscored, how many are given their own language, how many hold English. The second
tells how many English comments are looked at closely, and how many are refused. The third disguises
hostile English comments, or wraps them in sentences of other languages: none may escape. Then
come times. `--words` prints the words that tell English, as `moderation/text/languages/words.txt`
holds them.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from benchmarks.disguises import DISGUISES
from moderation.model import Moderator
from moderation.records import Comment
from moderation.text.disguise import join_spaced
from moderation.text.languages import (
    ENOUGH,
    english_words,
    identify,
    language_name,
    needs_identifier,
)

_BANDS = ((1, 20), (21, 60), (61, 10**9))
# English corpora that are templates: they are shown, and kept out of the counts of words.
_TEMPLATES = {"identity_templates", "hatemoji_build"}
_KEPT_ASIDE = "c3"
_WRAPPINGS = {
    "after a Dutch sentence": "Dat kunt u beter vragen aan de gemeente. {}",
    "before a Polish sentence": "{} Gmina powinna wreszcie naprawić ten most nad rzeką.",
    "inside Vietnamese": "các bạn nói đúng, {} một vấn đề lớn của thành phố",
    "after 300 Russian words": "Спросите об этом в администрации. " * 60 + "{}",
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class _Row(msgspec.Struct):
    text: str
    hostility: float | None = None


def rows(path: Path, most: int) -> list[_Row]:
    """Return rows of a corpus, drawn at random."""
    with gzip.open(path) as stream:
        found = [msgspec.json.decode(line, type=_Row) for line in stream]
    random.Random(0).shuffle(found)
    return found[:most]


def english(shared: Path) -> Iterator[Path]:
    for folder in ("train", "more", "validate"):
        yield from sorted((shared / "data" / folder).glob("*.jsonl.gz"))


def foreign(shared: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted((shared / "data" / "lang").glob("*/*.jsonl.gz")):
        found.setdefault(path.name[:2], []).append(path)
    return found


def name_of(path: Path) -> str:
    return path.name.removesuffix(".jsonl.gz")


def english_count(text: str) -> int:
    """Return how many English words a comment holds; letters that are spaced out are joined."""
    return sum(english_words(join_spaced(text).split()))


def judged(text: str) -> str:
    """Return what becomes of a comment: a language that is refused, or why it is scored."""
    if english_count(text) >= ENOUGH:
        return "English words"
    code = identify(text)
    return "unsure" if code in {None, "en"} else str(code)


def is_refused(what: str) -> bool:
    return what not in {"English words", "unsure"}


def share(of: Iterable[bool]) -> str:
    found = list(of)
    return f"{100 * sum(found) / len(found):6.1f}" if found else "     -"


def show_foreign(shared: Path, most: int) -> None:
    print("per cent of comments by length: unscored / given their own language / hold English")
    print(
        f"{'':22}" + "".join(f"{f'{low} to {high}':>29}" for low, high in _BANDS[:2]) + "   longer"
    )
    beyond: dict[str, list[bool]] = {}
    for code, paths in foreign(shared).items():
        texts = [row.text for path in paths for row in rows(path, most)]
        line = f"{language_name(code):12}{len(texts):8}  "
        for low, high in _BANDS:
            found = [judged(text) for text in texts if low <= len(text) <= high]
            mixed = share(each == "English words" for each in found)
            line += f"{len(found):7}: {share(map(is_refused, found))}"
            line += f"{share(each == code for each in found)}{mixed}"
            if low > _BANDS[0][0]:
                beyond.setdefault(code, []).extend(map(is_refused, found))
        print(line)
    print("\nunscored of those over 20 characters")
    for code in ("nl", "pl", "ru", "vi"):
        print(f"  {language_name(code):12}{share(beyond[code])} %")


def show_english(shared: Path, most: int) -> None:
    print("\nper cent of English comments: looked at closely / py3langid asked / refused")
    for path in english(shared):
        texts = [row.text for row in rows(path, most if name_of(path) != _KEPT_ASIDE else 10**9)]
        few = [text for text in texts if english_count(text) < ENOUGH]
        asked = sum(map(needs_identifier, few))
        refused = sum(is_refused(judged(text)) for text in few)
        n = len(texts) / 100
        print(
            f"  {name_of(path):22}{len(texts):7}{len(few) / n:8.2f}{asked / n:8.2f}"
            f"{refused / n:8.3f}  ({refused})"
        )


def show_disguises(shared: Path, most: int) -> None:
    """Disguise every word of hostile English comments, or wrap them."""
    hostile = [
        row.text
        for name in ("toxic_spans", "civil_stripped", "wiki_talk")
        for row in rows(shared / "data" / "train" / f"{name}.jsonl.gz", 4 * most)
        if (row.hostility or 0) > 0.5 and not is_refused(judged(row.text))
    ][:most]
    changes: dict[str, Callable[[str], str]] = {"capitals": str.upper}
    for name, disguise in DISGUISES.items():
        changes[f"{name}, every word"] = lambda text, disguise=disguise: " ".join(
            disguise(word, random.Random(0)) if len(word) > 2 and word.isalpha() else word
            for word in text.split()
        )
    for name, around in _WRAPPINGS.items():
        changes[name] = around.format
    short = [text for text in hostile if len(text) <= 60]
    told = f"{len(hostile)} hostile English comments, of {len(short)} short ones"
    print(f"\nper cent refused of {told}")
    for name, change in changes.items():
        refused = [
            share(is_refused(judged(change(t))) for t in texts) for texts in (hostile, short)
        ]
        print(f"  {name:38}{''.join(refused)}")


def show_times(shared: Path, most: int) -> None:
    texts = [row.text for row in rows(shared / "data" / "validate" / "c3.jsonl.gz", 12_000)]
    comments = [Comment(text=text) for text in texts]
    named = [Comment(text=text, language="en") for text in texts]
    moderator = Moderator.load()
    paths = [path for code in ("nl", "pl", "ru", "vi") for path in foreign(shared)[code]]
    asked = [row.text for path in paths for row in rows(path, most) if needs_identifier(row.text)]
    began = time.perf_counter()
    identify(asked[0])
    print(f"\nloading py3langid {time.perf_counter() - began:8.2f} s")
    each = 1000 * _least(lambda: [*map(identify, asked)]) / len(asked)
    print(f"identify, where it is asked {each:8.3f} ms")
    for name, given in (("told English", named), ("to be told", comments)):
        rate = len(given) / _least(lambda given=given: [*moderator.score_many(given)])
        print(f"c3, {name:14}{rate:10.0f} comments/s")
    code = (
        "import time; from moderation.model import Moderator; import msgspec, numpy; "
        "from moderation.records import Comment; began = time.process_time(); "
        "from moderation.model import speaking; from moderation.text.languages import english, "
        "identification; english.english_words(['the']); "
        "print(f'{1000 * (time.process_time() - began):.1f}')"
    )
    starts = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(7)
    ]
    print(f"added start-up of `score --text` in English {min(starts):8.1f} ms, in a new process")


def _least(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the least processor time of some rounds; the first one fills the caches."""
    times = []
    for _ in range(rounds + 1):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times[1:])


def print_words(shared: Path) -> None:
    """Print words in one of 1,250 English comments, eight times as frequent as anywhere else."""
    ours, n = Counter[str](), 0
    for path in english(shared):
        if name_of(path) not in {*_TEMPLATES, _KEPT_ASIDE}:
            texts = [row.text for row in rows(path, 6_000)]
            ours += _counted(texts)
            n += len(texts)
    theirs = []
    for paths in foreign(shared).values():
        texts = [row.text for path in paths for row in rows(path, 4_000)]
        theirs.append((_counted(texts), len(texts)))
    for word in sorted(word for word, count in ours.items() if count > n / 1250 and len(word) > 1):
        if max(counts[word] / size for counts, size in theirs) < ours[word] / n / 8:
            print(word)


def _counted(texts: Sequence[str]) -> Counter[str]:
    found = Counter[str]()
    for text in texts:
        found.update({word.replace("’", "'") for word in _WORD.findall(text[:2_000].lower())})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--most", type=int, default=1_000, help="Comments of a corpus.")
    parser.add_argument("--words", action="store_true", help="Print the words that tell English.")
    options = parser.parse_args()
    if options.words:
        print_words(options.shared)
        return
    show_foreign(options.shared, options.most)
    show_english(options.shared, options.most)
    show_disguises(options.shared, options.most)
    show_times(options.shared, options.most)


if __name__ == "__main__":
    main()
