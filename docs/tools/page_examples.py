"""Run the examples of the documentation, and compare or rewrite what they print.

An example is a fenced block of the language ``console``. A line that begins with ``$`` is a
command, a line that begins with ``>`` continues it, and every other line is output. A block of the
language ``text`` that follows the comment ``<!-- output of: COMMAND -->`` is the output of that
command. The blocks of one page run in order in one new folder, which holds copies of ``examples/``
and ``labelled/``. Each block has a shell of its own.

The comment ``<!-- numbers vary -->`` before a block says that its figures come out of a training or
a clock: numbers and model versions are then not compared, but all words are.

Run ``python docs/tools/page_examples.py PAGE...`` to compare. With ``--write`` the present output
takes the place of what a page shows.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
#: A service in an example listens here on the page, and at a free port while the example runs.
PORT = "8080"
_BLOCK = re.compile(
    r"(?P<comments>(?:^<!-- [^\n]* -->\n)*)^```(?P<language>console|text)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_OUTPUT_OF = re.compile(r"<!-- output of: (.+) -->")
_VARIES = "<!-- numbers vary -->"
_FIGURE = re.compile(r"@[0-9a-f]{8}\b|[-+]?\d[\d,.]*\d|\d")
_END = "\x1e"
_LIMIT = 180  # seconds that one block may take


class Example(NamedTuple):
    """One block: where its text stands in the page, its commands, and what the page shows."""

    start: int
    end: int
    commands: tuple[str, ...]
    outputs: tuple[str, ...]
    written_out: bool
    """Whether the commands stand in the block, as they do in a ``console`` block."""
    varies: bool

    def text(self, outputs: tuple[str, ...]) -> str:
        """Return the body of the block with other outputs."""
        if not self.written_out:
            return outputs[0]
        return "".join(
            _prompted(command) + output
            for command, output in zip(self.commands, outputs, strict=True)
        )

    def agrees(self, outputs: tuple[str, ...]) -> bool:
        """Return whether the page shows these outputs."""
        if self.varies:
            return [_plain(text) for text in self.outputs] == [_plain(text) for text in outputs]
        return self.outputs == outputs


def examples(page: str) -> list[Example]:
    """Return the examples of a page in their order."""
    found = []
    for block in _BLOCK.finditer(page):
        place = {"start": block.start("body"), "end": block.end("body")}
        varies = _VARIES in block["comments"]
        if block["language"] == "console":
            commands, outputs = _commands(block["body"])
            found.append(
                Example(
                    **place, commands=commands, outputs=outputs, written_out=True, varies=varies
                )
            )
        elif command := _OUTPUT_OF.search(block["comments"]):
            found.append(
                Example(
                    **place,
                    commands=(command[1],),
                    outputs=(block["body"],),
                    written_out=False,
                    varies=varies,
                )
            )
    return found


def outputs_of(page: str, folder: Path) -> Iterator[tuple[Example, tuple[str, ...]]]:
    """Run the examples of a page in a folder, and yield each with what its commands print."""
    for name in ("examples", "labelled"):
        shutil.copytree(ROOT / name, folder / name)
    programs = folder / ".programs"
    programs.mkdir()
    program = programs / "moderation"
    program.write_text(f"#!{sys.executable}\nfrom moderation.cli import main\n\nmain()\n")
    program.chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    setting = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "LOGNAME": "anna",
        "USER": "anna",
        "COLUMNS": "80",
        "LINES": "24",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }
    for example in examples(page):
        yield example, _run(example.commands, folder, setting)


def differences(page: str, folder: Path) -> list[str]:
    """Return one unified comparison for each example that prints what its page does not show."""
    found = []
    for example, outputs in outputs_of(page, folder):
        if not example.agrees(outputs):
            shown, printed = example.text(example.outputs), example.text(outputs)
            lines = difflib.unified_diff(
                shown.splitlines(), printed.splitlines(), "the page", "the command", lineterm=""
            )
            found.append("\n".join(lines))
    return found


def rewritten(page: str, folder: Path) -> str:
    """Return the page with the present output of each example that disagrees."""
    pieces, at = [], 0
    for example, outputs in outputs_of(page, folder):
        if any(word in output for output in outputs for word in ("internal error", "Traceback")):
            raise RuntimeError(f"a command failed; nothing is written: {outputs}")
        if not example.agrees(outputs):
            pieces += [page[at : example.start], example.text(outputs)]
            at = example.end
    return "".join([*pieces, page[at:]])


def _commands(body: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    commands: list[str] = []
    outputs: list[str] = []
    for line in body.splitlines(keepends=True):
        if line.startswith("$ "):
            commands.append(line[2:].rstrip("\n"))
            outputs.append("")
        elif line.startswith("> ") and not outputs[-1]:
            commands[-1] += "\n" + line[2:].rstrip("\n")
        else:
            outputs[-1] += line
    return tuple(commands), tuple(outputs)


def _prompted(command: str) -> str:
    first, *rest = command.split("\n")
    return "".join([f"$ {first}\n", *(f"> {line}\n" for line in rest)])


def _run(commands: tuple[str, ...], folder: Path, setting: dict[str, str]) -> tuple[str, ...]:
    port = _free_port()
    script = "exec 2>&1\n" + "\n".join(
        f"{command.replace(PORT, port)}\nprintf '{_END}'" for command in commands
    )
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=setting,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        printed_bytes, _ = shell.communicate(timeout=_LIMIT)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)  # a service that an example did not end
    printed = printed_bytes.decode("utf-8").replace(port, PORT).split(_END)[:-1]
    return tuple(_ended(text) for text in printed)


def _ended(text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _plain(text: str) -> str:
    """Put ``0`` for every figure, and one space for every run of spaces and rules."""
    return re.sub(r"[ \u2500-]+", " ", _FIGURE.sub("0", text))


def _free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def main(arguments: list[str]) -> int:
    """Compare or rewrite the pages named; return the exit status."""
    write = "--write" in arguments
    status = 0
    for name in arguments:
        if name == "--write":
            continue
        path = Path(name)
        page = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            if write:
                path.write_text(rewritten(page, Path(folder)), encoding="utf-8")
            else:
                for difference in differences(page, Path(folder)):
                    print(f"{path}:\n{difference}\n")
                    status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
