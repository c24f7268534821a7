"""Arrays of a safetensors file as views into its bytes, without copies.

With a memory map, several processes share one copy of a model.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from moderation.errors import ModelError

#: The array types of models by their names in the format.
_TYPES = {
    "U8": "uint8",
    "U16": "uint16",
    "U32": "uint32",
    "U64": "uint64",
    "I8": "int8",
    "I32": "int32",
    "I64": "int64",
    "F32": "float32",
    "F64": "float64",
}
_LONGEST_HEADER = 2**20


class _Entry(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def views(data: Any) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays in a safetensors buffer as read-only views.

    Parameters
    ----------
    data
        Bytes or a memory map.

    Returns
    -------
    dict
        The arrays by name.

    Raises
    ------
    ModelError
        If the buffer is not in the format, or an array is not within it.
    """
    buffer = memoryview(data)
    length = int.from_bytes(buffer[:8], "little")
    if len(buffer) < 8 or not 0 < length <= min(_LONGEST_HEADER, len(buffer) - 8):
        raise ModelError("not safetensors", got=f"a header of {length:,} bytes")
    try:
        header = msgspec.json.decode(buffer[8 : 8 + length], type=dict[str, msgspec.Raw])
        header.pop("__metadata__", None)
        entries = {name: msgspec.json.decode(raw, type=_Entry) for name, raw in header.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelError("not safetensors", got=str(error)) from None
    body = buffer[8 + length :]
    return {name: _view(body, name, entry) for name, entry in entries.items()}


def _view(body: memoryview, name: str, entry: _Entry) -> npt.NDArray[Any]:
    start, end = entry.data_offsets
    kind = _TYPES.get(entry.dtype)
    if kind is None:
        raise ModelError("not safetensors", field=name, got=f"type {entry.dtype}")
    dtype = np.dtype(kind)
    size = math.prod(entry.shape) * dtype.itemsize
    if min(entry.shape, default=0) < 0 or not 0 <= start <= end <= len(body) or end - start != size:
        raise ModelError("not safetensors", field=name, got=f"offsets {start} to {end}")
    try:
        array: npt.NDArray[Any] = np.frombuffer(body[start:end], dtype).reshape(entry.shape)
    except (
        ValueError,
        OverflowError,
    ) as error:  # too many dimensions, or too large
        raise ModelError("not safetensors", field=name, got=str(error)) from None
    array.flags.writeable = False
    return array


# The least and largest values of floating-point arrays by the last part of their name. Outside
# these ranges, scoring would overflow or give NaN. All other arrays are limited to a million.
_RANGES = {
    **dict.fromkeys(("score", "gold", "rate"), (0.0, 1.0)),
    **dict.fromkeys(("idf", "weight", "start_weight", "scale", "definition_steps"), (0.0, 1e6)),
}
_WIDE = (-1e6, 1e6)


def check_range(name: str, array: npt.NDArray[Any], path: Path) -> None:
    """Raise ModelError if an array has values that training never writes."""
    last = name.rpartition(".")[2]
    if not array.size or (array.dtype.kind != "f" and last != "group"):
        return
    low, high = (0, np.inf) if last == "group" else _RANGES.get(last, _WIDE)
    least, most = array.min(), array.max()
    if not (low <= least and most <= high):  # both are NaN if any value is NaN
        what = f"numbers from {low:g} to {high:g} expected"
        raise ModelError(what, path=path, field=name, got=f"{least:g} to {most:g}")
