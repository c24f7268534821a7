"""The week as a page that needs no network and no script."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from markupsafe import Markup

from moderation.desk.outputs.week.finding import Week
from moderation.desk.outputs.week.rows import SHOWN
from moderation.evaluation.shares import FEWEST
from moderation.files.templates import templates_in
from moderation.text.visibility import printable

_FOLDER = Path(__file__).parent

#: The style sheet of the figures.
STYLE = _FOLDER / "week.css"

# Headlines and names are untrusted text, so everything is escaped.
_PAGES = templates_in(_FOLDER)


def _time(seconds: float) -> str:
    """Return seconds as a person reads them.

    >>> _time(3.4), _time(95)
    ('3.4 s', '1 min 35 s')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


_PAGES.filters["grouped"] = lambda number: f"{number:,}"
_PAGES.filters["time"] = _time
_PAGES.filters["visible"] = printable


def week_body(week: Week) -> Markup:
    """Return the figures as a part of a page, without its heading.

    Parameters
    ----------
    week
        The figures.
    """
    page = _PAGES.get_template("body.html").render(
        week=week, fewest=FEWEST, period=_in_words(week), shown=SHOWN
    )
    return Markup(page)  # noqa: S704 - the template escapes what others wrote


def week_page(week: Week) -> str:
    """Return the figures as one HTML page, with its styles.

    Parameters
    ----------
    week
        The figures.
    """
    style = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704 - our own
    return _PAGES.get_template("week.html").render(
        title="The week at the desk", style=style, body=week_body(week)
    )


def _in_words(week: Week) -> str:
    """Return the period as a sentence."""
    if week.since is None and week.until is None:
        return "These are all decisions."
    since = f"from {_moment(week.since)}" if week.since else ""
    until = f"to {_moment(week.until, ending=True)}" if week.until else ""
    return f"These are the decisions {' '.join(part for part in (since, until) if part)}."


def _moment(moment: datetime, *, ending: bool = False) -> str:
    """Return a moment in words; midnight is a day: the one that begins, or the one that ends."""
    if moment.hour == moment.minute == moment.second == 0:
        day = moment.date() - timedelta(days=1) if ending else moment.date()
        return day.isoformat()
    return moment.strftime("%Y-%m-%d %H:%M")
