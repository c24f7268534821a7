"""The command line: each command has one module, which parses, calls and prints."""

from __future__ import annotations

import os
import sys

from moderation.errors import ModerationError


def main() -> None:
    """Run the command; each error that a user can fix is one line on standard error."""
    from moderation.cli.app import ReaderGone, app

    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ModerationError as error:
        _fail(str(error), error.exit_status)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except (BrokenPipeError, ReaderGone):  # the reader closed the pipe: exit silently
        _abandon_output()
        raise SystemExit(0) from None
    except OSError as error:  # a full disk, for example
        _abandon_output()
        what = error.strerror or type(error).__name__
        _fail(f"{error.filename}: {what}" if error.filename else f"cannot go on: {what}", 3)
    except Exception as error:
        if os.environ.get("MODERATION_DEBUG"):
            raise
        what = f"internal error ({type(error).__name__})"
        _fail(f"{what} - please report it; MODERATION_DEBUG=1 shows where it happened", 3)


def _abandon_output() -> None:
    """Keep Python from flushing to a closed standard output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, status: int) -> None:
    from moderation.cli.output import tell

    tell(message)
    raise SystemExit(status) from None
