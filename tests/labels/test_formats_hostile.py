"""Files that no tool wrote: every reader says what is wrong, none breaks."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import InputError, ModerationError
from moderation.labels.formats import TOOLS, ImportedTask, Wording, read_labels
from moderation.labels.labelled_files import LabelledRow
from moderation.records import Article

_KEYS = st.sampled_from(
    "id text label Comments comment_id annotator note data annotations result completed_by "
    "was_cancelled ground_truth type value choices from_name predictions answer accept options "
    "meta _timestamp _annotator_id fields metadata responses user_id status label.responses "
    "label.responses.users label.responses.status moderation comment hostility off_topic "
    "article article_id parent_id score_seen adjudicated".split()
)
_LEAF = (
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats(allow_nan=False)
    | st.sampled_from("hostile yes unsure textarea choices submitted accept".split())
    | st.text(max_size=5)
)  # fmt: skip
_JSON = st.recursive(
    _LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=25,
)  # fmt: skip
_OBJECTS = st.lists(st.dictionaries(_KEYS, _JSON, max_size=8), min_size=1, max_size=3)


def _read(tool: str, data: bytes) -> list[Any]:
    reading = ImportedTask(wording=Wording())
    return list(TOOLS[tool].read(io.BufferedReader(io.BytesIO(data)), reading, name="x"))


@pytest.mark.parametrize("tool", ["doccano", "label-studio", "prodigy", "argilla"])
@pytest.mark.parametrize("lines", [True, False])
@given(objects=_OBJECTS)
def test_any_json_is_read_or_refused(tool: str, lines: bool, objects: list[dict[str, Any]]) -> None:
    data = "\n".join(map(json.dumps, objects)) if lines else json.dumps(objects)
    for found in _read(tool, data.encode()):
        assert isinstance(found, LabelledRow | ModerationError | Article)
        if isinstance(found, LabelledRow):
            assert found.text.strip()
            assert found.hostility is not None or found.off_topic is not None


@given(data=st.binary(max_size=200), header=st.booleans())
def test_any_bytes_are_a_table_or_none(data: bytes, header: bool) -> None:
    try:
        found = _read("csv", (b"text,hostility\n" if header else b"") + data)
    except InputError:
        return
    assert all(isinstance(each, LabelledRow | ModerationError) for each in found)


@pytest.mark.parametrize("tool", ["doccano", "label-studio", "prodigy", "argilla"])
@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"[" * 9000, b"no json at all", b"[1, 2]"])
def test_what_is_no_json_is_no_traceback(tool: str, data: bytes) -> None:
    try:
        found = _read(tool, data)
    except InputError:
        return
    assert not [row for row in found if isinstance(row, LabelledRow)]


@given(objects=_OBJECTS)
def test_any_dump_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, objects: list[dict[str, Any]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("dump")
    data = "\n".join(map(json.dumps, objects))
    for name in ("comments.json", "stories.json", "commentModerationActions.json"):
        (folder / name).write_text(data)
    try:
        found = list(read_labels(folder, "coral", ImportedTask(wording=Wording())))
    except InputError:
        return
    assert all(isinstance(each, ModerationError | Article) for each in found)
