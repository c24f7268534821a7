"""The way back to WordPress over its REST interface, for ``moderation decisions``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from moderation.cli.problems import Problems
    from moderation.desk.delivery import Change, Wish
    from moderation.errors import ModerationError
    from moderation.files.records import Record

#: The variable of the environment that may hold the password.
PASSWORD = "MODERATION_WORDPRESS_PASSWORD"


class SiteOptions(NamedTuple):
    """The options about the site.

    Attributes
    ----------
    url, user
        The address of the site, and the account.
    password_file
        A file whose first line is the application password.
    log
        The log of changes.
    apply, overwrite
        Whether to change anything, even what somebody has changed there.
    """

    url: str | None
    user: str | None
    password_file: Path | None
    log: Path | None
    apply: bool
    overwrite: bool

    def refuse(self) -> None:
        """Refuse these options where nothing is sent to a site."""
        from moderation.errors import UsageError

        given = next((name for name, value in self._asdict().items() if value), None)
        if given is not None:
            option = f"--{given.replace('_', '-')}"
            raise UsageError(f"{option} goes with --to wordpress", hint="leave it out")


def changes(
    wishes: Iterable[Wish | ModerationError],
    options: SiteOptions,
    store: Path,
    problems: Problems,
    *,
    quiet: bool,
) -> Iterator[Record | ModerationError]:
    """Yield a record for each comment that has to change, and change it with ``--apply``.

    Parameters
    ----------
    wishes
        What was decided, and why a decision cannot be told.
    options
        The site.
    store
        The store of the desk; the log lies beside it by default.
    problems
        It takes a password file that others can read.
    quiet
        Whether to keep back how many comments were changed.
    """
    from moderation.cli.extras import extra
    from moderation.errors import ModerationError, UsageError

    if not options.url or not options.user:
        hint = "--url https://paper.example --user NAME"
        raise UsageError("--to wordpress needs the site and an account", hint=hint)
    with extra("platforms", "the way to WordPress"):
        from moderation.desk.delivery import ChangeLog, WordPress, deliver
    known = list(wishes)
    yield from (each for each in known if isinstance(each, ModerationError))
    wanted = [each for each in known if not isinstance(each, ModerationError)]
    counts: Counter[tuple[str, str]] = Counter()
    with (
        closing(WordPress(options.url, options.user, _password(options, problems))) as site,
        closing(ChangeLog(options.log or store.with_name(f"{store.name}.wordpress.jsonl"))) as log,
    ):
        try:
            for each in deliver(
                wanted, site, log, apply=options.apply, overwrite=options.overwrite
            ):
                if isinstance(each, ModerationError):
                    yield each
                    continue
                counts[each.was, each.became] += 1
                if each.was != each.became:
                    yield _told(each, options)
        finally:
            if not quiet:
                _tell(counts, options)


def _told(change: Change, options: SiteOptions) -> Record:
    import msgspec

    return {**msgspec.to_builtins(change), "applied": options.apply}


def _tell(counts: Counter[tuple[str, str]], options: SiteOptions) -> None:
    """Say how many comments were changed, or would be."""
    from moderation.cli.output import tell

    moves = {pair: n for pair, n in sorted(counts.items()) if pair[0] != pair[1]}
    kinds = ", ".join(f"{n:,} from {was} to {became}" for (was, became), n in moves.items())
    done = "changed" if options.apply else "would change"
    n = sum(moves.values())
    what = f"{n:,} {'comment' if n == 1 else 'comments'} {done}{f' ({kinds})' if kinds else ''}"
    same = sum(counts.values()) - n
    dry = "" if options.apply else "; this was a dry run: --apply changes them"
    tell(f"{what}, {same:,} as decided already{dry}")


def _password(options: SiteOptions, problems: Problems) -> str:
    """Return the application password, which is never a part of the command."""
    from moderation.errors import InputError, UsageError

    path = options.password_file
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            what = "the password cannot be read"
            raise InputError(what, path=path, got=type(error).__name__) from None
        if os.name == "posix" and path.stat().st_mode & 0o077:
            _warn(path, problems)
        password = text.partition("\n")[0].strip()
    else:
        password = os.environ.get(PASSWORD, "").strip() or _asked(options)
    if not password:
        raise UsageError("the password is empty", path=path, hint="write it into the first line")
    return password


def _warn(path: Path, problems: Problems) -> None:
    from moderation.errors import Notice

    hint = f"chmod 600 {path}"
    problems.add(Notice("others on this machine can read the password", path=path, hint=hint))


def _asked(options: SiteOptions) -> str:
    """Ask a person at the terminal."""
    from getpass import getpass

    from moderation.errors import UsageError

    if not sys.stdin.isatty():
        hint = f"set {PASSWORD}, or add --password-file FILE"
        raise UsageError("no password", hint=hint)
    return getpass(f"Application password of {options.user}: ").strip()
