"""``moderation info``: describes a model and lists the versions of a registry."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from moderation.cli.options import AsJson, ModelArgument

if TYPE_CHECKING:
    from moderation.model.registry import Registry


def command(
    model: ModelArgument = None,
    as_json: AsJson = False,
) -> None:
    """Print a model's version, sources, thresholds and figures.

    For a registry the command lists all versions too.
    """
    from moderation.cli.output import say, say_json
    from moderation.model import load_model, model_card, shipped_model
    from moderation.model.registry import Registry

    folder = model or shipped_model()
    shelf = Registry(folder) if Registry.is_shelf(folder) else None
    if shelf and not as_json:
        _print_versions(shelf)  # even if the current version is unreadable
    loaded = load_model(folder) if shelf is None or shelf.current is not None else None
    if as_json:
        document: dict[str, object] = {}
        if loaded:
            document = {
                "version": loaded.version,
                "digest": loaded.digest,
                "manifest": loaded.manifest,
            }
        if shelf:
            document |= {"current": shelf.current, "versions": shelf.events()}
        say_json(document)
        return
    if loaded:
        say(f"{loaded.version}  (sha256 {loaded.digest})")
        say("")
        _print_card(model_card(loaded.manifest))


def _print_card(card: str) -> None:
    """Print a model card: its Markdown as it is, or as a terminal shows headings and tables."""
    from moderation.cli.output import say
    from moderation.text.visibility import printable_lines

    if not sys.stdout.isatty():
        for line in card.rstrip().splitlines():
            say(line)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(printable_lines(card), hyperlinks=False))


def _print_versions(shelf: Registry) -> None:
    from moderation.cli.output import say

    current = "no version" if shelf.current is None else f"version {shelf.current}"
    say(f"{shelf.folder}: {current} is current")
    for event in shelf.events():
        base = f", from {event.base}" if event.base else ""
        say(f"  {event.at}  {event.event} {event.version}: {event.model}{base}")
        if event.why:
            say(f"    {event.why}")
    say("")
