"""The command line: one file a command, each of which parses, calls and prints."""

from __future__ import annotations

import os
import sys

from moderation.errors import ModerationError


def main() -> None:
    """Run the command; every error a user can cause or cure is one line on standard error."""
    from moderation.cli.app import app

    try:
        app()
    except ModerationError as error:
        _fail(str(error), error.exit_status)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except BrokenPipeError:
        # The reader of our output has gone; leave quietly, and keep Python from flushing to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:
        if os.environ.get("MODERATION_DEBUG"):
            raise
        what = f"internal error ({type(error).__name__})"
        _fail(f"{what} - please report it; MODERATION_DEBUG=1 shows where it happened", 3)


def _fail(message: str, status: int) -> None:
    from moderation.cli.output import printable

    sys.stderr.write(f"moderation: {printable(message)}\n")
    raise SystemExit(status) from None
