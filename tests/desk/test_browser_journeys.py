"""A moderator before a real browser: by keyboard alone, without JavaScript, on small screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from visiting import scored

from moderation.desk.store.database import Database
from moderation.desk.store.intake import Intake

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Serve = Any  # the fixtures of conftest.py
Window = Any


def steps(database: Database) -> list[tuple[str, str | None, str | None]]:
    """What is written in the store."""
    with database.reading() as sql:
        found = sql.execute("SELECT what, reason, note FROM decisions ORDER BY seq").fetchall()
        return [tuple(row) for row in found]  # type: ignore[misc]


def expect(found: Locator) -> Any:
    """Wait for what a page shows; it needs no eval, which the policy of the desk forbids."""
    from playwright.sync_api import expect as expected

    expected.set_options(timeout=30_000)  # the machine may be busy
    return expected(found)


def focused(page: Page) -> Any:
    """Expect something of the element that has the focus."""
    return expect(page.locator(":focus"))


def told(page: Page, text: str) -> None:
    """Expect an announcement, and the focus on the comment."""
    expect(page.get_by_role("status")).to_have_text(text)
    focused(page).to_have_id("comment")


def test_a_moderator_needs_nothing_but_the_keyboard(
    filled: Database, serve: Serve, window: Window
) -> None:
    page = window(serve(filled))
    page.goto("/")
    press = page.keyboard.press
    press("j")
    press("j")
    press("k")
    focused(page).to_contain_text("Comment 1 on the bridge")
    press("o")
    told(page, "")
    seen = [page.url]
    press("p")
    told(page, "Published.")
    seen.append(page.url)
    press("r")
    focused(page).to_have_attribute("data-reason", "1")
    press("2")
    told(page, "Rejected: Demeans a group.")
    seen.append(page.url)
    press("e")
    told(page, "A colleague will look at it, too.")
    press("s")
    told(page, "Skipped.")
    press("n")
    focused(page).to_have_id("note")
    page.keyboard.type("Who knows this prize?")
    press("Tab")
    focused(page).to_have_text("Keep the note")
    press("Enter")
    told(page, "Noted.")
    expect(page.locator(".history")).to_contain_text("Who knows this prize?")
    press("z")
    told(page, "Undone.")
    press("w")
    expect(page.locator("details.why")).to_have_attribute("open", "")
    press("q")
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    press("j")
    press("Enter")
    told(page, "")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    assert len({address.partition("?")[0] for address in seen}) == 3
    assert steps(filled) == [
        ("publish", None, None),
        ("reject", "group", None),
        ("second", None, None),
        ("skip", None, None),
        ("note", None, "Who knows this prize?"),
        ("undo", None, None),
    ]


def test_the_tab_key_reaches_every_button_in_the_order_of_the_page(
    filled: Database, serve: Serve, window: Window
) -> None:
    mara = serve(filled)
    page = window(mara)
    page.goto(f"/comment/{mara.next()}")
    page.keyboard.press("r")
    page.locator("#decide .asking").evaluate("each => { each.open = true }")
    kinds = ("button", "textarea", "select", "input:not([type=hidden])", ".asking summary")
    controls = page.locator(", ".join(f"#decide {kind}" for kind in kinds))
    assert controls.count() >= 14
    # The list of reasons has opened, and its first button, after "Publish", has the focus.
    for place in range(1, controls.count()):
        expect(controls.nth(place)).to_be_focused()
        page.keyboard.press("Tab")
    assert steps(filled) == []


@pytest.mark.parametrize("held", ["Control", "Alt", "Meta", "Shift"])
def test_keys_are_dead_with_modifiers(
    filled: Database, serve: Serve, window: Window, held: str
) -> None:
    mara = serve(filled)
    page = window(mara)
    page.goto(f"/comment/{mara.next()}")
    address = page.url
    for key in ("e", "s", "z", "q"):
        page.keyboard.press(f"{held}+{key}")
    page.keyboard.press("9")  # no list of reasons is open
    page.keyboard.press("n")
    focused(page).to_have_id("note")
    assert page.url == address
    assert steps(filled) == []


def test_keys_are_dead_in_fields_and_escape_leaves_them(
    filled: Database, serve: Serve, window: Window
) -> None:
    mara = serve(filled)
    page = window(mara)
    page.goto(f"/comment/{mara.next()}")
    page.keyboard.press("n")
    page.keyboard.type("pres1?z")
    expect(page.locator("#note")).to_have_value("pres1?z")
    page.keyboard.press("Escape")
    focused(page).to_have_id("comment")
    assert steps(filled) == []
    page.keyboard.press("p")
    told(page, "Published.")
    assert steps(filled) == [("publish", None, "pres1?z")]
    page.goto("/")
    page.locator("select").first.focus()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


def test_keys_can_be_switched_off_and_stay_off(
    filled: Database, serve: Serve, window: Window
) -> None:
    mara = serve(filled)
    page = window(mara)
    page.goto(f"/comment/{mara.next()}")
    page.keyboard.press("?")
    page.get_by_role("button", name="Switch single keys off").click()
    page.goto("/")
    page.goto(f"/comment/{mara.next()}")
    focused(page).to_have_id("comment")
    expect(page.locator("button kbd").first).to_be_hidden()
    for key in ("p", "r", "1", "e", "s", "n", "z", "q", "?"):
        page.keyboard.press(key)
    focused(page).to_have_id("comment")
    assert steps(filled) == []
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_have_text("Published.")
    page.locator("details.keys summary").click()
    page.get_by_role("button", name="Switch single keys on").click()
    page.keyboard.press("s")
    told(page, "Skipped.")


@pytest.mark.parametrize(
    ("event", "does"),
    [
        ({"key": "P", "code": "KeyP"}, True),  # Caps Lock is on
        ({"key": "\u0437", "code": "KeyP"}, True),  # a Russian keyboard
        ({"key": "P", "code": "KeyP", "shiftKey": True}, False),
        ({"key": "p", "code": "KeyP", "repeat": True}, False),
        ({"key": "p", "code": "KeyP", "isComposing": True}, False),
        ({"key": "\u00f8", "code": "KeyP"}, False),  # Latin script: what the key says counts
        ({"key": ";", "code": "KeyP"}, False),
    ],
)
def test_keys_work_whatever_the_keyboard(
    filled: Database, serve: Serve, window: Window, event: dict[str, object], does: bool
) -> None:
    mara = serve(filled)
    page = window(mara)
    page.goto(f"/comment/{mara.next()}")
    page.locator("#comment").dispatch_event("keydown", event)
    page.keyboard.press("s")
    expect(page.get_by_role("status")).to_have_text("Published." if does else "Skipped.")


def test_everything_works_without_javascript(
    filled: Database, serve: Serve, window: Window
) -> None:
    page = window(serve(filled), java_script_enabled=False)
    page.goto("/")

    def press(name: str) -> None:
        page.get_by_role("button", name=name).click()

    def told_plainly(text: str) -> None:
        expect(page.get_by_role("status")).to_have_text(text)

    press("Open the next comment")
    press("Publish")
    told_plainly("Published.")
    page.locator("#rejecting summary").click()
    press("Off topic")
    told_plainly("Rejected: Off topic.")
    press("Second look")
    told_plainly("A colleague will look at it, too.")
    press("Skip")
    told_plainly("Skipped.")
    page.get_by_label("Note to your colleagues").fill("Ask the lawyer.")
    press("Keep the note")
    told_plainly("Noted.")
    press("Undo my last step")
    told_plainly("Undone.")
    page.get_by_role("link", name="Queue").click()
    page.get_by_label("Order").select_option(label="most hostile first")
    press("Show")
    expect(page.get_by_label("Order")).to_have_value("need")
    assert [what for what, *_ in steps(filled)] == [
        "publish",
        "reject",
        "second",
        "skip",
        "note",
        "undo",
    ]


def test_two_quick_presses_decide_once(filled: Database, serve: Serve, window: Window) -> None:
    mara = serve(filled)
    page = window(mara)
    page.goto(f"/comment/{mara.next()}")
    page.evaluate("""() => {
        const options = { key: "p", code: "KeyP", bubbles: true };
        const comment = document.getElementById("comment");
        comment.dispatchEvent(new KeyboardEvent("keydown", options));
        comment.dispatchEvent(new KeyboardEvent("keydown", options));
    }""")
    told(page, "Published.")
    assert steps(filled) == [("publish", None, None)]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(
    filled: Database, serve: Serve, window: Window, width: int
) -> None:
    mara = serve(filled)
    item = mara.next()
    mara.decide("note", note="n" * 2_000)
    with filled.writing() as sql:
        sql.execute(
            "UPDATE items SET text = ?, author = ?, published = ?, id = ?, parent = ?",
            ("x" * 3_000, "y" * 300, "t" * 300, "i" * 300, "p" * 3_000),
        )
        sql.execute("UPDATE articles SET title = ?, text = ?", ("z" * 500, "l" * 3_000))
    page = window(mara, viewport={"width": width, "height": 256 if width == 320 else 800})
    for path in ("/", f"/comment/{item}", "/comment/00ff"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_on_a_phone_the_decision_is_always_at_hand(
    filled: Database, serve: Serve, window: Window
) -> None:
    mara = serve(filled)
    with filled.writing() as sql:
        sql.execute("UPDATE items SET text = ?", ("A long comment about the bridge. " * 200,))
    page = window(mara, viewport={"width": 390, "height": 844})
    page.goto(f"/comment/{mara.next()}")
    publish = page.get_by_role("button", name="Publish")
    expect(publish).to_be_in_viewport(ratio=1)
    skip = page.get_by_role("button", name="Skip")
    reject = page.locator("#rejecting summary")
    at, places = reject.bounding_box(), (publish.bounding_box(), skip.bounding_box())
    reject.click()
    expect(page.get_by_role("button", name="Insults a person")).to_be_in_viewport(ratio=1)
    # Whoever taps twice, or taps without looking, hits nothing else.
    assert places == (publish.bounding_box(), skip.bounding_box())
    page.mouse.click(at["x"] + 9, at["y"] + 9)
    page.mouse.wheel(0, 5_000)
    expect(publish).to_be_in_viewport(ratio=1)
    assert steps(filled) == []
    # What stands last on the page is not hidden behind the buttons.
    page.locator("details.keys summary").focus()
    keys = page.locator("details.keys summary").bounding_box()
    assert keys["y"] + keys["height"] <= publish.bounding_box()["y"]


def test_pages_stand_still_and_tell_their_colours_apart(
    filled: Database, serve: Serve, window: Window
) -> None:
    mara = serve(filled)
    page = window(mara, reduced_motion="reduce", forced_colors="active")
    with filled.writing() as sql:
        sql.execute("UPDATE items SET text = 'You idiot, shut up.'")
    for path in ("/", f"/comment/{mara.next()}"):
        page.goto(path)
        moving = """() => [...document.querySelectorAll("*")].filter((each) => {
            const style = getComputedStyle(each);
            return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        }).length"""
        assert page.evaluate(moving) == 0
    # Where the system replaces all colours, a line under the words remains.
    page.locator("#comment mark").first.evaluate("""mark => {
        const other = mark.cloneNode(true);
        other.className = "down";
        mark.after(other);
    }""")
    for kind, line in (("up", "solid"), ("down", "dotted")):
        mark = page.locator(f"#comment mark.{kind}").first
        expect(mark).to_have_css("text-decoration-line", "underline")
        expect(mark).to_have_css("text-decoration-style", line)


def test_text_runs_in_its_own_direction(database: Database, serve: Serve, window: Window) -> None:
    hebrew, arabic = (
        "\u05d4\u05d2\u05e9\u05e8 \u05e1\u05d2\u05d5\u05e8.",
        "\u0627\u0644\u062c\u0633\u0631",
    )
    pairs = [scored(n, text, parent=arabic) for n, text in enumerate((hebrew, "The bridge."))]
    list(Intake(database).fill(pairs, "in"))
    mara = serve(database)
    page = window(mara)
    page.goto("/")
    rows = page.locator("a.row bdi")
    expect(rows.nth(0)).to_have_css("direction", "rtl")
    expect(rows.nth(1)).to_have_css("direction", "ltr")
    page.goto(f"/comment/{mara.next()}")
    expect(page.locator("#comment")).to_have_css("direction", "rtl")
    expect(page.locator(".parent blockquote")).to_have_css("direction", "rtl")
    expect(page.locator("h1")).to_have_css("direction", "ltr")
