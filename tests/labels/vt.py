"""A terminal for tests: a pseudo-terminal with the command in it, and a VT100 that reads it."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

from rich.cells import cell_len

_PIECE = re.compile(r"\x1b\[(\??[0-9;]*)([A-Za-z])|\x1b([()=>78][0-9A-Z]?)|([^\x1b])", re.DOTALL)


# The command with the terminal as its own, so that Ctrl-C and a new size reach it.
_PROGRAM = (
    "import fcntl, termios; fcntl.ioctl(1, termios.TIOCSCTTY, 0); "
    "from moderation.cli import main; main()"
)
_UNWANTED = {"NO_COLOR", "COLORTERM", "LINES", "COLUMNS"}


class Vt100:
    """What stands on the screen. Anything but a few plain sequences is an error."""

    def __init__(self, columns: int, lines: int) -> None:
        self.columns, self.lines = columns, lines
        self.cells = [[" "] * columns for _ in range(lines)]
        self.row = self.column = 0
        self.styles: set[str] = set()
        self.painting = False  # from moving to the top to erasing below: nothing may overflow

    def feed(self, text: str) -> str:
        """Take in output; what is not yet a whole sequence is returned."""
        at = 0
        while at < len(text):
            piece = _PIECE.match(text, at)
            if piece is None:
                rest = text[at:]
                assert rest in {"\x1b", "\x1b("} or re.fullmatch(r"\x1b\[[?0-9;]*", rest), rest
                return rest
            at = piece.end()
            if piece[2]:
                self._control(piece[1], piece[2])
            elif piece[4]:
                self._character(piece[4])
        return ""

    def _control(self, numbers: str, letter: str) -> None:
        if letter == "H":
            self.painting = True
            row, _, column = numbers.partition(";")
            self.row, self.column = int(row or 1) - 1, int(column or 1) - 1
        elif letter == "K":
            assert numbers == ""
            self.cells[self.row][self.column :] = [" "] * (self.columns - self.column)
        elif letter == "J":
            assert numbers in {"", "2"}
            self.painting = False
            self.cells[self.row][self.column :] = [" "] * (self.columns - self.column)
            for row in range(self.row + 1, self.lines):
                self.cells[row] = [" "] * self.columns
        elif letter == "m":
            self.styles.update(numbers.split(";"))
        else:  # second screen, cursor shown or hidden, saved titles
            assert letter in "hltc", (numbers, letter)

    def _character(self, character: str) -> None:
        width = 0 if character in "\r\n" else cell_len(character)
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._down()
        elif self.column + width > self.columns - self.painting:
            assert not self.painting, f"the last column is not left free:\n{self.text}"
            self.column = 0
            self._down()
        if width:
            self.cells[self.row][self.column] = character
            self.cells[self.row][self.column + 1 : self.column + width] = [""] * (width - 1)
            self.column += width

    def _down(self) -> None:
        self.row += 1
        if self.row == self.lines:
            assert not self.painting, f"the screen scrolls:\n{self.text}"
            self.cells = [*self.cells[1:], [" "] * self.columns]
            self.row -= 1

    @property
    def text(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self.cells)


class EndedError(Exception):
    """The command ended before what was waited for."""


class Sitting:
    """The command in a terminal of its own."""

    def __init__(
        self,
        *arguments: object,
        term: str = "xterm-256color",
        columns: int = 80,
        lines: int = 24,
        stdin: Path | None = None,
    ) -> None:
        self.screen = Vt100(columns, lines)
        self.raw = ""
        self._rest = b""
        self._plain = term == "dumb"
        self.handle, theirs = os.openpty()
        self.resize(columns, lines)
        environment = {k: v for k, v in os.environ.items() if k not in _UNWANTED}
        given = theirs if stdin is None else os.open(stdin, os.O_RDONLY)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *map(str, arguments)],
            stdin=given,
            stdout=theirs,
            stderr=theirs,
            env={**environment, "TERM": term, "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        self.pid = self._process.pid
        for each in {given, theirs}:
            os.close(each)

    def resize(self, columns: int, lines: int) -> None:
        size = struct.pack("HHHH", lines, columns, 0, 0)
        self.screen = Vt100(columns, lines)
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, size)

    def type(self, keys: str) -> None:
        os.write(self.handle, keys.encode())

    def wait(self, seen: str | Callable[[str], object], seconds: float = 30.0) -> str:
        """Wait until something is on the screen; the screen. Fails when it never comes."""
        found = (lambda text: seen in text) if isinstance(seen, str) else seen
        until = time.monotonic() + seconds
        while self.screen.painting or not found(self.text):  # half a screen tells nothing
            assert time.monotonic() < until, f"waiting for {seen!r}:\n{self.text}"
            if not self._read(until - time.monotonic()):
                raise EndedError(f"it ended without {seen!r}:\n{self.text}")
        return self.text

    def end(self) -> int:
        """Wait for the command to end; its exit status, negative for a signal."""
        while self._read(30):
            pass
        status = self._process.wait()
        os.close(self.handle)
        return status

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.end()

    def stop(self) -> None:
        """End it, if it has not ended by itself."""
        if self._process.returncode is None:
            self.kill()

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed, as it does when nobody has changed it."""
        return bool(termios.tcgetattr(self.handle)[3] & termios.ECHO)

    @property
    def text(self) -> str:
        return self.raw if self._plain else self.screen.text

    def _read(self, seconds: float) -> bool:
        if not select.select([self.handle], [], [], max(0.0, seconds))[0]:
            return True
        try:
            data = os.read(self.handle, 1 << 16)
        except OSError:  # Linux says so when the other end is closed
            return False
        whole = self._rest + data
        text = whole.decode("utf-8", "ignore")
        self._rest = whole[len(text.encode()) :] if whole.startswith(text.encode()) else b""
        self.raw += text
        if not self._plain:
            rest = self.screen.feed(text)
            self._rest = rest.encode() + self._rest
            self.raw = self.raw.removesuffix(rest)
        return bool(data)


def rows(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()
