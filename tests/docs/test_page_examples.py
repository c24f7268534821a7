"""The pages show what the commands print."""

from __future__ import annotations

from pathlib import Path

import page_examples
import pytest

ROOT = page_examples.ROOT
PAGES = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if page_examples.examples(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_shows_what_the_commands_print(path: Path, tmp_path: Path) -> None:
    differences = page_examples.differences(path.read_text(encoding="utf-8"), tmp_path)
    hint = f"run: python docs/tools/page_examples.py --write {path.relative_to(ROOT)}"
    assert not differences, "\n\n".join([hint, *differences])


def test_the_first_pages_have_examples() -> None:
    assert {"README", "tutorial"} <= {path.stem for path in PAGES}


PAGE = """
```console
$ echo one two
one two
$ cat <<END
> 1.50 of 2
> END
1.50 of 2
```

<!-- output of: printf 'no end' -->
```text
no end
```

```text
not an example
```
"""


def test_a_right_page_has_no_differences(tmp_path: Path) -> None:
    assert page_examples.differences(PAGE, tmp_path) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("\none two\n", "\none three\n"), ("\n1.50 of", "\n1.51 of"), ("\nno end", "\nanother end")],
)
def test_a_wrong_page_is_found_and_put_right(right: str, wrong: str, tmp_path: Path) -> None:
    page = PAGE.replace(right, wrong)
    assert page != PAGE
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert len(page_examples.differences(page, tmp_path / "a")) == 1
    assert page_examples.rewritten(page, tmp_path / "b") == PAGE


def test_where_numbers_vary_words_are_still_compared(tmp_path: Path) -> None:
    page = (
        "<!-- numbers vary -->\n```console\n$ echo 'model x@0123abcd took 1.5 s, -0.25'\n{}\n```\n"
    )
    for folder in "ab":
        (tmp_path / folder).mkdir()
    same = page.format("model x@99999999 took 12 s, +0.1")
    assert page_examples.differences(same, tmp_path / "a") == []
    other = page.format("model y@99999999 took 12 s, +0.1")
    assert len(page_examples.differences(other, tmp_path / "b")) == 1


def test_a_service_listens_at_a_free_port(tmp_path: Path) -> None:
    page = "```console\n$ echo http://127.0.0.1:8080 | tr -d 0\nx\n```\n"
    [(_, outputs)] = page_examples.outputs_of(page, tmp_path)
    assert outputs != ("http://127..1:88\n",)


def test_a_crash_is_never_written_into_a_page(tmp_path: Path) -> None:
    page = "```console\n$ echo moderation: internal error\nall well\n```\n"
    with pytest.raises(RuntimeError, match="nothing is written"):
        page_examples.rewritten(page, tmp_path)
