"""The annotator's terminal: single keys in, whole screens out, with sequences of every VT100.

Only moving to the top, erasing, bold and reverse are sent, and colours and the alternate screen if
the terminal's entry has them. Terminals that cannot do this (``TERM=dumb``, a pipe, Windows) use
line-by-line prompts instead (see :mod:`moderation.labels.annotation.prompts`).
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import select
import signal
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

from rich.console import Console
from rich.text import Text

from moderation.text.visibility import printable

try:
    import termios
    import tty
except ImportError:  # Windows uses prompts.
    termios = tty = None  # type: ignore[assignment]

#: The result of :meth:`Terminal.key` after the window changed its size.
RESIZED = "resized"

#: Keys that send more than one character, by the end of their sequence.
_SEQUENCES = {
    "A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end",
    "1~": "home", "4~": "end", "5~": "page up", "6~": "page down", "7~": "home", "8~": "end",
}  # fmt: skip
_CHARACTERS = {
    "\r": "enter", "\n": "enter", "\x7f": "backspace", "\b": "backspace", "\x15": "clear",
    "\x04": "end of input", "\x0c": "redraw",
}  # fmt: skip

# Seconds within which the rest of a key's sequence arrives, even over a slow connection.
_REST_OF_KEY = 0.1

_PADDING = re.compile(rb"\$<[^>]*>")


class Abilities(NamedTuple):
    """The abilities of a terminal.

    Attributes
    ----------
    addressed
        Whether the cursor can be moved to a position.
    colours
        Whether it shows colours.
    enter, leave
        The sequences that open the alternate screen and hide the cursor, and that undo both. They
        may be empty.
    """

    addressed: bool
    colours: bool = False
    enter: str = ""
    leave: str = ""


def abilities(term: str | None) -> Abilities:
    """Return the abilities of the terminal named `term` from the system's terminal database.

    A terminal that the database does not have (a new one, over SSH to an old machine) counts as a
    plain VT100.
    """
    if not term or term == "dumb" or termios is None:
        return Abilities(addressed=False)
    try:
        import curses

        curses.setupterm(term, fd=sys.__stdout__.fileno() if sys.__stdout__ else 1)
    except (ImportError, curses.error, OSError, ValueError):
        return Abilities(addressed=True)

    def sent(name: str) -> bytes:
        return _PADDING.sub(b"", curses.tigetstr(name) or b"")

    return Abilities(
        addressed=sent("cup").startswith(b"\x1b["),
        colours=curses.tigetnum("colors") >= 8 and not os.environ.get("NO_COLOR"),
        enter=(sent("smcup") + sent("civis")).decode("latin-1"),
        leave=(sent("cnorm") + sent("rmcup")).decode("latin-1"),
    )


class Terminal:
    """A terminal in single-key mode, which is restored whenever the block is left.

    Parameters
    ----------
    keys
        Handle of the terminal that keys come from.
    screen
        Handle that screens are written to.
    able
        The abilities of the terminal.
    """

    def __init__(self, keys: int, screen: int, able: Abilities) -> None:
        self._keys = keys
        self._screen = screen
        self._able = able
        self._typed = b""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._woken: tuple[int, int] = (-1, -1)
        self._woken_before = -1
        self._before: Any = None
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(self._keys)
        self._woken = os.pipe()
        for end in self._woken:
            os.set_blocking(end, False)
        self._woken_before = signal.set_wakeup_fd(self._woken[1], warn_on_full_buffer=False)
        for number, handler in (
            (signal.SIGWINCH, _noted),
            (signal.SIGCONT, _noted),
            (signal.SIGTSTP, self._stop),
            (signal.SIGTERM, _ended),
        ):
            self._handlers[number] = signal.signal(number, handler)
        self._enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):  # A closed terminal needs no restoring.
            self._leave()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._woken_before)
        for end in self._woken:
            os.close(end)

    def _enter(self) -> None:
        tty.setcbreak(self._keys, termios.TCSADRAIN)
        self._send(self._able.enter)

    def _leave(self) -> None:
        self._send(f"\x1b[0m\r\n{self._able.leave}" if self._able.enter else "\x1b[0m\x1b[H\x1b[J")
        termios.tcsetattr(self._keys, termios.TCSADRAIN, self._before)

    def _stop(self, *_: object) -> None:
        """Handle Ctrl-Z: restore the terminal, stop, and take the terminal again afterwards."""
        self._leave()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._stop)
        self._enter()

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of columns and lines."""
        try:
            columns, lines = os.get_terminal_size(self._screen)
        except OSError:
            columns, lines = 0, 0
        return columns or 80, lines or 24

    def show(self, lines: Sequence[Text]) -> None:
        """Show a whole screen.

        Lines must leave the last column free, because terminals behave differently after it.

        Parameters
        ----------
        lines
            The lines from the top.
        """
        painter = Console(
            file=io.StringIO(),
            force_terminal=True,
            color_system="standard",
            no_color=not self._able.colours,
            width=10_000,
            legacy_windows=False,
        )
        painted = []
        for each in lines[: self.size[1]]:
            line = each.copy()
            line.plain = printable(line.plain)  # The length is the same, so styles stay in place.
            with painter.capture() as capture:
                painter.print(line, end="", no_wrap=True, overflow="ignore", crop=False)
            painted.append(capture.get() + "\x1b[K")
        self._send("\x1b[H" + "\r\n".join(painted) + "\x1b[J")

    def key(self) -> str:
        """Wait for a key, and return its character, its name or :data:`RESIZED`.

        An unknown key is an empty string. A closed terminal is ``end of input``.
        """
        while not self._typed:
            ready, _, _ = select.select([self._keys, self._woken[0]], [], [])
            if self._woken[0] in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._woken[0], 512)
                return RESIZED
            self._read()
            if not self._typed:
                return "end of input"
        return self._taken()

    def forget(self) -> None:
        """Discard keys that were typed before the next screen is shown."""
        termios.tcflush(self._keys, termios.TCIFLUSH)
        self._typed = b""

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            self._typed += os.read(self._keys, 1024)

    def _taken(self) -> str:
        if self._typed[:1] == b"\x1b":
            return self._sequence()
        character = ""
        while self._typed and not character:
            character = self._decode(self._typed[:1])
            self._typed = self._typed[1:]
            if not character and not self._typed and not self._more():
                break
        named = _CHARACTERS.get(character, character)
        return named if len(named) > 1 or named.isprintable() else ""

    def _sequence(self) -> str:
        self._typed = self._typed[1:]
        if not self._typed and not self._more():
            return "escape"
        if self._typed[:1] not in {b"[", b"O"}:
            self._typed = self._typed[1:]  # a letter with Alt
            return ""
        self._typed = self._typed[1:]
        found = b""
        while self._typed or self._more():
            byte, self._typed = self._typed[:1], self._typed[1:]
            found += byte
            if b"@" <= byte <= b"~":
                break
        return _SEQUENCES.get(found.decode("latin-1"), "")

    def _more(self) -> bool:
        if select.select([self._keys], [], [], _REST_OF_KEY)[0]:
            self._read()
        return bool(self._typed)

    def _send(self, text: str) -> None:
        data = memoryview(text.encode(sys.stdout.encoding or "utf-8", "replace"))
        while data:
            data = data[os.write(self._screen, data) :]


def _noted(*_: object) -> None:
    """Handle a signal that only interrupts the wait for a key."""


def _ended(*_: object) -> None:
    raise KeyboardInterrupt  # As with Ctrl-C, the terminal is restored and answers are kept.
