"""The labelling screen: it turns keys into answers and shows the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.text import Text

from moderation.errors import ModerationError
from moderation.labels.annotation.card import card, clipped, context, wrapped
from moderation.labels.annotation.keys import ANSWERS, DEEDS, Deed
from moderation.labels.annotation.session import Session
from moderation.labels.annotation.terminal import RESIZED, Terminal

_LEAVING = {"end of input"}
_DOWN = {"down": 1, "j": 1, "page down": 0, " ": 0}
_UP = {"up": 1, "k": 1, "page up": 0, "b": 0}


class Screen:
    """Asks questions on a terminal that can show whole screens.

    Parameters
    ----------
    session
        The labelling session.
    terminal
        The terminal in single-key mode.
    guideline
        The Markdown text shown on ``?``.
    """

    def __init__(self, session: Session, terminal: Terminal, guideline: str) -> None:
        self._session = session
        self._terminal = terminal
        self._guideline = guideline
        self._scroll = 0
        self._message = ""

    def run(self) -> None:
        """Ask until the annotator quits or the goal is reached."""
        deeds: dict[Deed, Callable[[], None]] = {
            Deed.UNSURE: lambda: self._session.answer("unsure"),
            Deed.SKIP: self._session.skip,
            Deed.UNDO: self._undo,
            Deed.NOTE: self._note,
            Deed.ARTICLE: self._article,
            Deed.GUIDELINE: lambda: self._read("guideline", _markdown(self._guideline)),
        }
        while True:
            furthest, page = self._show()
            key = self._terminal.key()
            key = key.lower() if len(key) == 1 else key  # Caps Lock makes no difference.
            asked = self._session.current
            if key in _LEAVING or DEEDS.get(key) is Deed.QUIT:
                return
            if key in {RESIZED, "redraw"}:
                continue
            self._message = ""
            try:
                if key in ANSWERS:
                    self._answer(key)
                elif key in DEEDS:
                    deeds[DEEDS[key]]()
                else:
                    self._scroll = _scrolled(key, self._scroll, furthest, page)
            except ModerationError as error:  # The disk may be full: the question stays.
                self._message = f"NOT KEPT: {error}"
            if self._session.current is not asked:
                self._scroll = 0
                self._terminal.forget()
            goal = self._session.rules.goal
            if goal is not None and self._session.finished and key in ANSWERS | DEEDS:
                return

    def _show(self) -> tuple[int, int]:
        width, height = self._terminal.size
        shown = card(self._session, width, height, scroll=self._scroll, message=self._message)
        self._scroll = min(self._scroll, shown.furthest)
        self._terminal.show(shown.lines)
        return shown.furthest, shown.page

    def _answer(self, key: str) -> None:
        said, current = ANSWERS[key], self._session.current
        if current is not None and said.attribute not in current.asked:
            self._message = f"{said.attribute.value.replace('_', '-')} is not asked here"
        else:
            self._session.answer(said.value, said.attribute)

    def _undo(self) -> None:
        undone = self._session.undo()
        self._message = "withdrawn; answer again" if undone else "nothing to undo"

    def _note(self) -> None:
        if self._session.current is None:
            return
        line = self._session.line
        text = self._typed("Note (Enter keeps, Esc leaves): ", (line.note if line else "") or "")
        if text is not None:
            self._session.note(text)

    def _typed(self, prompt: str, text: str) -> str | None:
        """Return a line typed at the foot of the screen, or None if it was cancelled."""
        while True:
            width, height = self._terminal.size
            shown = card(self._session, width, max(2, height - 1), scroll=self._scroll).lines
            room = max(1, width - 2 - cell_len(prompt))
            tail = text
            while cell_len(tail) > room:
                tail = tail[1:]
            typed = Text(clipped(prompt, width - 2), style="bold") + Text(f"{tail}_")
            self._terminal.show([*shown[: max(0, height - 1)], typed])
            key = self._terminal.key()
            if key == "enter":
                return text
            if key in {"escape", *_LEAVING}:
                return None
            if key == "backspace":
                text = text[:-1]
            elif key == "clear":
                text = ""
            elif len(key) == 1:
                text += key

    def _article(self) -> None:
        current = self._session.current
        if current is None:
            return
        title, text = context(current)
        parent = current.comment.parent
        replied = f"\n\nIn reply to:\n\n{parent}" if parent else ""
        self._read("article", lambda width: wrapped(f"{title}\n\n{text}{replied}", width))

    def _read(self, name: str, lines_at: Callable[[int], Sequence[str]]) -> None:
        """Show a long text page by page; any key that does not scroll goes back."""
        at = 0
        while True:
            width, height = self._terminal.size
            lines = lines_at(max(2, width - 1))
            page = max(1, height - 1)
            at = min(at, max(0, len(lines) - page))
            where = f"{name}, lines {at + 1}-{min(len(lines), at + page)} of {len(lines)}"
            foot = clipped(f"{where}: arrows, PgUp, PgDn; q goes back", width - 1)
            body = [Text(line) for line in lines[at : at + page]]
            body += [Text()] * (page - len(body))
            self._terminal.show([*body, Text(foot, style="bold reverse")])
            key = self._terminal.key()
            if key in {RESIZED, "redraw", ""}:
                continue
            moved = _scrolled(key, at, max(0, len(lines) - page), page)
            if moved == at and key not in _DOWN and key not in _UP and key not in {"home", "end"}:
                return
            at = moved


def _scrolled(key: str, at: int, furthest: int, page: int) -> int:
    """Return the position after a scrolling key; 0 in the table means a page minus one line."""
    whole = max(1, page - 1)
    if key in _DOWN:
        at += _DOWN[key] or whole
    elif key in _UP:
        at -= _UP[key] or whole
    elif key == "home":
        at = 0
    elif key == "end":
        at = furthest
    return max(0, min(at, furthest))


def _markdown(text: str) -> Callable[[int], Sequence[str]]:
    """Return a function that renders Markdown, tables included, as lines of a given width."""
    rendered: dict[int, list[str]] = {}

    def at(width: int) -> Sequence[str]:
        if width not in rendered:
            from io import StringIO

            from rich.console import Console
            from rich.markdown import Markdown

            out = StringIO()
            Console(file=out, width=width, force_terminal=False).print(Markdown(text))
            rendered[width] = [line.rstrip() for line in out.getvalue().splitlines()]
        return rendered[width]

    return at
