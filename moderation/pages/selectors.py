"""CSS selectors taken apart, so that most are answered from an index without a search.

The separator asks some two hundred selectors of every page, and a page has markup for a few of
them. A selector whose classes, tags or attributes the page does not have at all is passed over;
one class, one tag or the beginning of an id is looked up; only the rest goes to the parser.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

_CLASS = re.compile(r"([a-z][a-z0-9-]*)?\.([\w-]+)")
_TAG = re.compile(r"[a-z][a-z0-9-]*")
_ID_PREFIX = re.compile(r"([a-z][a-z0-9]*)?\[id\^='([^']+)'\]")
_COMMA = re.compile(r",(?![^(\[]*[)\]])")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One alternative of a selector.

    Attributes
    ----------
    kind
        ``class``, ``tag``, ``id`` (its beginning), or ``css`` for all that needs the parser.
    tag, name
        What is looked up; `tag` is "" for any.
    css
        The alternative as written.
    classes, tags, attributes
        What the page must have for the alternative to match anything.
    """

    kind: str
    css: str
    tag: str = ""
    name: str = ""
    classes: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()


@lru_cache(maxsize=512)
def plan(selector: str) -> tuple[Part, ...]:
    """Take a selector apart into its alternatives."""
    return tuple(_part(css.strip()) for css in _COMMA.split(selector))


def _part(css: str) -> Part:
    if found := _CLASS.fullmatch(css):
        name = found[2].lower()
        return Part(kind="class", css=css, tag=found[1] or "", name=name, classes=frozenset({name}))
    if _TAG.fullmatch(css):
        return Part(kind="tag", css=css, tag=css, tags=frozenset({css}))
    if found := _ID_PREFIX.fullmatch(css):
        return Part(
            kind="id", css=css, tag=found[1] or "", name=found[2], attributes=frozenset({"id"})
        )
    bare = _QUOTED.sub("", css)
    outside = re.sub(r"\[[^\]]*\]|[.#][\w-]+|:[\w-]+(?:\([^)]*\))?", " ", bare)
    return Part(
        kind="css",
        css=css,
        classes=frozenset(name.lower() for name in re.findall(r"\.([\w-]+)", bare)),
        tags=frozenset(re.findall(r"[a-z][a-z0-9-]*", outside)),
        attributes=frozenset(re.findall(r"\[([\w-]+)", bare)),
    )
