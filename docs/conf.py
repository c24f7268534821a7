"""How Sphinx builds the site.

``sphinx-build -W -c docs . build/docs`` builds it in the folder of the project. The source is the
whole project, so that a link to the schema, the guidelines or a model card leads to a page of the
site as it does in the repository.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

import moderation

#: The public doors: the packages whose ``__all__`` the page ``api.md`` documents.
DOORS = [
    "moderation",
    *(
        f"moderation.{room}"
        for room in (
            "files",
            "text",
            "pages",
            "sources",
            "features",
            "model",
            "labels",
            "evaluation",
            "training",
            "batch",
            "service",
            "desk",
        )
    ),
]

project = "moderation"
author = "The moderation engineers"
release = version = moderation.__version__
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "labelled/**",
    "models/**",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
]
exclude_patterns = [".*", "build", "docs/tools", "docs/research/model-card-notes.md"]
html_theme = "furo"
html_title = f"moderation {release}"
html_show_sphinx = False
html_show_copyright = False
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

_MARK = "<!-- doors -->\n"


def _directive(name: str, thing: Any) -> list[str]:
    """Return the directive that documents one name."""
    if isinstance(thing, type):
        # scikit-learn adds methods to its estimators, whose docstrings refer to its own site.
        added = [member for member in dir(thing) if member.endswith(("_request", "_routing"))]
        unwanted = [f"   :exclude-members: {', '.join(added)}"] if added else []
        return [f".. autoclass:: {name}", "   :members:", *unwanted]
    if isinstance(thing, ModuleType):
        return [f".. automodule:: {name}"]
    if callable(thing):
        return [f".. autofunction:: {name}"]
    return [f".. py:data:: {name}", f"   :value: {thing!r}"]


def _doors() -> str:
    """Return the directives that document every name of every door."""
    lines = []
    seen: list[Any] = []
    for door in DOORS:
        package = import_module(door)
        lines += [f"## `{door}`", "", (package.__doc__ or "").split("\n\n")[0], ""]
        for name in package.__all__:
            thing = getattr(package, name)
            if any(thing is other for other in seen):
                continue  # the first door that exports it documents it
            seen.append(thing)
            lines += ["```{eval-rst}", *_directive(f"{door}.{name}", thing), "```", ""]
    return "\n".join(lines)


def _with_doors(app: Any, document: str, source: list[str]) -> None:
    del app
    if document == "docs/api":
        source[0] = source[0].replace(_MARK, _doors())


def setup(app: Any) -> None:
    """Have the page of the Python interface made from the doors."""
    app.connect("source-read", _with_doors)
