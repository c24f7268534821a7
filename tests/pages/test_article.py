"""Which lines of a page are its article."""

from __future__ import annotations

import pytest

from moderation.pages import separate
from moderation.pages.html import page_lines
from moderation.pages.html.article_lines import FEATURES
from moderation.pages.html.article_weights import WEIGHTS

TEXT = (
    "The mill at Ostrey grinds again, forty years after its wheel was taken down for repairs.",
    "Volunteers rebuilt the wheel from oak that the river board gave for the price of felling.",
    "Flour is sold on Saturdays, as long as there is water in the race and somebody to sweep.",
)
LINKS = ("Grain prices", "Bakers of the county", "Water rights")


def page(body: str) -> str:
    return (
        "<html><head><title>Mill grinds again - The Courier</title></head><body>"
        f"<nav><ul>{''.join(f'<li><a href=/{n}>{n}</a></li>' for n in LINKS)}</ul></nav>"
        f"<h1>Mill grinds again</h1>{body}"
        "<footer><p>&copy; 2024 The Courier. All rights reserved.</p></footer></body></html>"
    )


def test_weights_fit_the_features() -> None:
    assert tuple(WEIGHTS) == FEATURES
    assert {len(line.features) for line in page_lines(page(f"<p>{TEXT[0]}</p>"))} <= {
        0,
        len(FEATURES),
    }


def test_nothing_disappears() -> None:
    body = f"<div class=entry-content>{''.join(f'<p>{text}</p>' for text in TEXT)}</div>"
    body += "<div class=related><h3>Related</h3><a href=/x>Older mills of the county</a></div>"
    got = separate(page(body))
    everything = "\n".join(
        [got.article.title, got.article.text, *(piece.text for piece in got.left_out)]
    )
    for line in (*TEXT, *LINKS, "Related", "Older mills of the county", "All rights reserved"):
        assert line in everything
    assert got.article.text == "\n".join(TEXT)
    assert {"navigation", "related articles", "footer"} <= {p.reason for p in got.left_out}


def test_list_of_links_within_the_text_stays() -> None:
    links = "".join(f"<li><a href=/{n}>{n} of the county</a></li>" for n in LINKS)
    body = f"<div class=entry-content><p>{TEXT[0]}</p><ul>{links}</ul><p>{TEXT[1]}</p></div>"
    assert "Water rights of the county" in separate(page(body)).article.text


def test_biography_under_the_text_is_left_out() -> None:
    body = "".join(f"<p>{text}</p>" for text in TEXT * 3)
    body += "<h4>About the Author</h4><p>Ida Fell writes about rivers, mills and ferries.</p>"
    got = separate(page(f"<div class=entry-content>{body}</div>"))
    assert "Ida Fell" not in got.article.text
    assert any("Ida Fell writes" in piece.text for piece in got.left_out)


def test_buttons_within_the_text_are_left_out() -> None:
    buttons = "<h3>Share this:</h3><ul><li><a href=#>Facebook</a></li><li>Print</li></ul>"
    body = f"<p>{TEXT[0]}</p><div class=box>{buttons}</div><p>{TEXT[1]}</p><p>{TEXT[2]}</p>"
    got = separate(page(f"<div class=entry-content>{body}</div>"))
    assert got.article.text == "\n".join(TEXT)


def test_heading_in_the_middle_cuts_nothing() -> None:
    body = f"<p>{TEXT[0]}</p><h4>Related work</h4>" + "".join(f"<p>{text}</p>" for text in TEXT * 2)
    got = separate(page(f"<div class=entry-content>{body}</div>"))
    assert got.article.text.count(TEXT[1]) == 2


def test_byline_becomes_fields() -> None:
    body = (
        "<p class=byline>By Ida Fell on <time datetime=2024-02-03>3 February 2024</time></p>"
        f"<div class=entry-content>{''.join(f'<p>{text}</p>' for text in TEXT)}</div>"
    )
    article = separate(page(body)).article
    assert (article.author, article.published) == ("Ida Fell", "2024-02-03")
    assert article.text == "\n".join(TEXT)


def test_title_comes_without_the_name_of_the_paper() -> None:
    assert separate(page(f"<p>{TEXT[0]}</p>")).article.title == "Mill grinds again"


@pytest.mark.parametrize("home", ["/", "http://valley.example", "//valley.example/", "/index.php"])
def test_a_heading_that_leads_to_the_first_page_is_the_name_of_the_site(home: str) -> None:
    got = separate(
        "<title>The Voice of the Valley: A new roof for the mill</title><body>"
        f"<h1><a href='{home}'>The Voice of the Valley</a></h1>"
        f"<h2><a href='/2024/roof'>A new roof for the mill</a></h2><p>{TEXT[0]}</p><p>{TEXT[1]}</p>"
    )
    assert got.article.title == "A new roof for the mill"


def test_a_heading_that_leads_to_the_first_page_is_the_title_if_there_is_no_other() -> None:
    got = separate(f"<title>The Valley</title><h1><a href='/'>The Valley</a></h1><p>{TEXT[0]}</p>")
    assert got.article.title == "The Valley"


def test_the_title_that_a_page_states_for_others_decides_between_two_headings() -> None:
    got = separate(
        "<title>The Voice of the Valley: A new roof for the mill</title><meta property='og:title' "
        "content='A new roof for the mill'><body><h1>The Voice of the Valley</h1>"
        f"<h2>A new roof for the mill</h2><p>{TEXT[0]}</p><p>{TEXT[1]}</p>"
    )
    assert got.article.title == "A new roof for the mill"


@pytest.mark.parametrize(
    "heading", ["<h2>2 comments</h2>", "<p>2 comments</p>", "<h3>Comments (2)</h3>"]
)
@pytest.mark.parametrize("kind", ["<div class=comment><b>{}</b><p>{}</p></div>", "<p>{}: {}</p>"])
def test_a_tiny_article_ends_where_the_comments_are_counted(heading: str, kind: str) -> None:
    comments = kind.format("Ann", "Good report.") + kind.format("Bob", "Who pays?")
    got = separate(f"<h1>Mill grinds again</h1><p>{TEXT[0]}</p>{heading}{comments}")
    assert got.article.text.split("\n")[-1] == TEXT[0]


def test_a_count_above_a_tiny_article_cuts_nothing() -> None:
    got = separate(f"<h1>Mill grinds again</h1><p>2 comments</p><p>{TEXT[0]}</p>")
    assert TEXT[0] in got.article.text
