"""``moderation serve``: runs the HTTP service, a drop-in replacement for Perspective's API."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from moderation.cli.options import (
    Host,
    Language,
    ModelDir,
    Port,
    Quiet,
    ReasonsFile,
    Unknown,
    UnknownLanguage,
)

if TYPE_CHECKING:
    from contextlib import ExitStack

    from moderation.service.live import ReviewDesk


class OnFailure(StrEnum):
    """What becomes of a comment of Coral's that could not be scored."""

    withhold = "withhold"
    publish = "publish"


def command(
    host: Host = "127.0.0.1",
    port: Port = 8080,
    model: ModelDir = None,
    language: Language = None,
    unknown_language: Unknown = UnknownLanguage.review,
    articles: Annotated[
        Path | None,
        typer.Option(
            help="Articles by id and url, for off-topic; read again when it changes.",
            show_default=False,
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="File of API keys, one a line, a name before each.", show_default=False),
    ] = None,
    coral_secrets: Annotated[
        Path | None,
        typer.Option(
            help="File of signing secrets of Coral's moderation phase, one a line.",
            show_default=False,
        ),
    ] = None,
    feedback: Annotated[
        Path | None,
        typer.Option(
            help="Labelled file (.jsonl) to which suggested scores are appended.",
            show_default=False,
        ),
    ] = None,
    lenient: Annotated[
        bool,
        typer.Option("--lenient", help="Leave out attributes without a model instead of refusing."),
    ] = False,
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="NAME=hostility",
            help="Answer a name without a model by hostility; repeatable, NAME,NAME too.",
            show_default=False,
        ),
    ] = None,
    on_failure: Annotated[
        OnFailure,
        typer.Option(help="What Coral is told to do with a comment that could not be scored."),
    ] = OnFailure.withhold,
    coral_timeout: Annotated[
        int,
        typer.Option(
            help="Milliseconds in which Coral is answered; keep it below Coral's own limit.",
            min=10,
            max=10_000,
        ),
    ] = 150,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            help="Web pages that may ask from a browser, https://HOST; repeatable. '*': all.",
            show_default=False,
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            help="Comments a second for each client; 0: any number. Default: 200 with --keys, "
            "any number for this machine alone.",
            min=0,
            show_default=False,
        ),
    ] = None,
    root_url: Annotated[
        str | None,
        typer.Option(
            help="Address as clients see it, behind a proxy; default: the one they ask.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(help="Processes that serve the port.", min=1),
    ] = 1,
    desk: Annotated[
        Path | None,
        typer.Option(
            help="Store of the review desk; what is scored is put into its queue, and its pages "
            "are shown on this machine.",
            show_default=False,
        ),
    ] = None,
    desk_port: Annotated[
        int, typer.Option(help="Port of the desk's pages; 0: any.", min=0, max=65535)
    ] = 8090,
    desk_keys: Annotated[
        Path | None,
        typer.Option(
            help="File of moderators' keys; default: only you decide.", show_default=False
        ),
    ] = None,
    reasons: ReasonsFile = None,
    no_desk_pages: Annotated[
        bool,
        typer.Option("--no-desk-pages", help="Show no pages; moderation desk --store shows them."),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Serve scores over HTTP in the format of the Perspective API.

    SIGHUP reloads the model, the articles, the keys and the secrets.
    """
    import logging
    from contextlib import ExitStack

    from moderation.cli.extras import extra
    from moderation.errors import UsageError
    from moderation.records import Action
    from moderation.service import LineFormatter, ServiceLimits, Settings, read_mapped

    with extra("serve", "serving"):
        from moderation.service import read_origins, serve
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, handlers=[handler])
    if rate is None:
        rate = ServiceLimits().per_second if keys or coral_secrets else 0
    settings = Settings(
        model=model,
        articles=articles,
        keys=keys,
        secrets=coral_secrets,
        feedback=feedback,
        lenient=lenient,
        mapped=read_mapped(mapped or ()),
        on_failure=on_failure.value,
        unknown=Action(unknown_language.value),
        language=language,
        coral_seconds=coral_timeout / 1_000,
        allow_origins=read_origins(allow_origin or (), keyed=keys is not None),
        root_url=root_url,
        limits=ServiceLimits(per_second=rate, burst=max(1, round(2 * rate))),
    )
    with ExitStack() as opened:
        open_desk = None
        if desk is not None:
            pages = _DeskOptions(
                desk, model, desk_keys, reasons, desk_port, shown=not no_desk_pages
            )
            open_desk = _desk(pages, opened)
        elif desk_keys or reasons:
            raise UsageError("--desk-keys and --reasons need --desk", hint="--desk FILE")
        serve(settings, host, port, workers, open_desk)


class _DeskOptions(NamedTuple):
    """The options about the desk."""

    store: Path
    model: Path | None
    keys: Path | None
    reasons: Path | None
    port: int
    shown: bool


def _desk(options: _DeskOptions, opened: ExitStack) -> Callable[[], ReviewDesk]:
    """Show the pages of the desk, and return what opens its store for the service."""
    from moderation.cli.extras import extra
    from moderation.cli.naming import login
    from moderation.cli.output import tell

    with extra("serve,desk", "the desk"):
        from moderation.desk import open_database, read_reasons
        from moderation.desk.live import DeskPages, LiveDesk, PagesSettings
    offered = read_reasons(options.reasons)
    open_database(options.store, create=True).close()  # what is wrong with it is told at once
    if options.shown:
        name = "" if options.keys else login("--desk-keys FILE")
        settings = PagesSettings(
            options.store, options.model, options.keys, options.reasons, name, options.port
        )
        pages = opened.enter_context(DeskPages(settings))
        tell(f"the desk is at {pages.address}")
    return partial(LiveDesk, options.store, offered)
