"""Keys as terminals send them, and what is known of a terminal by its name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator

import pytest
from rich.text import Text

from moderation.labels.annotation.terminal import Abilities, Terminal, abilities

Type = Callable[[bytes], None]


@pytest.fixture
def pair() -> Iterator[tuple[Type, Terminal]]:
    """What types, and the terminal that it types at."""
    person, machine = os.openpty()
    with Terminal(machine, machine, Abilities(addressed=True)) as terminal:
        yield lambda keys: os.write(person, keys), terminal  # type: ignore[misc]
    assert termios.tcgetattr(machine)[3] & termios.ECHO
    os.close(person)
    os.close(machine)


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        (b"h", "h"),
        ("ü".encode(), "ü"),
        ("\u6f22".encode(), "\u6f22"),
        (b"\r", "enter"),
        (b"\n", "enter"),
        (b"\x7f", "backspace"),
        (b"\x1b", "escape"),
        (b"\x1b[A", "up"),
        (b"\x1bOB", "down"),
        (b"\x1b[5~", "page up"),
        (b"\x1b[6~", "page down"),
        (b"\x1b[1;5A", ""),
        (b"\x1b[200~", ""),
        (b"\x1bx", ""),
        (b"\x01", ""),
        (b"\xff", "\ufffd"),
        (b"\x04", "end of input"),
    ],
)
def test_keys_have_names(pair: tuple[Type, Terminal], sent: bytes, key: str) -> None:
    person, terminal = pair
    alone = sent == b"\x1b"  # which with a letter would be that letter with Alt
    person(sent if alone else sent + b"q")
    assert terminal.key() == key
    assert alone or terminal.key() == "q"


def test_what_was_typed_ahead_can_be_forgotten(pair: tuple[Type, Terminal]) -> None:
    person, terminal = pair
    person(b"abc")
    assert terminal.key() == "a"
    person(b"def")
    terminal.forget()
    person(b"g")
    assert terminal.key() == "g"


def test_no_more_lines_are_shown_than_there_are(pair: tuple[Type, Terminal]) -> None:
    _, terminal = pair
    assert terminal.size == (80, 24)  # where the window says nothing of its size
    terminal.show([Text("line")] * 100)


@pytest.mark.parametrize(
    ("term", "told"),
    [
        ("dumb", "False False ''"),
        ("", "False False ''"),
        ("vt100", "True False ''"),
        ("no-such-terminal", "True False ''"),
        ("xterm-256color", "True True '\\x1b[?1049h"),
    ],
)
def test_abilities_are_known_by_name(term: str, told: str) -> None:
    program = (  # the system's library looks up one terminal a process
        "import sys; from moderation.labels.annotation.terminal import abilities\n"
        "able = abilities(sys.argv[1]); print(able.addressed, able.colours, ascii(able.enter))"
    )
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    done = subprocess.run(
        [sys.executable, "-c", program, term],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    assert done.stdout.startswith(told)


def test_no_name_is_no_screen() -> None:
    assert abilities(None) == Abilities(addressed=False)


def test_what_wakes_the_process_is_as_before() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    person, machine = os.openpty()
    before = signal.set_wakeup_fd(writing)
    try:
        with Terminal(machine, machine, Abilities(addressed=True)):
            pass
        assert signal.set_wakeup_fd(before) == writing
    finally:
        signal.set_wakeup_fd(before)
        for handle in (reading, writing, person, machine):
            os.close(handle)


def test_what_is_shown_cannot_steer_the_terminal(pair: tuple[Type, Terminal]) -> None:
    _, terminal = pair
    sent: list[str] = []
    terminal._send = sent.append  # type: ignore[method-assign]
    terminal.show([Text("a\x1b]0;pwned\x07\x9b2J\u202e", style="bold")])
    assert "a\ufffd]0;pwned\ufffd2J\ufffd" in sent[0]  # Rich drops the bell itself
    terminal._send = Terminal._send.__get__(terminal)  # type: ignore[method-assign]
