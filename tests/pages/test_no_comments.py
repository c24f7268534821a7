"""What resembles comments and is none: posts of other sites, controls, lists of threads."""

from __future__ import annotations

import pytest

from moderation.pages import separate

ARTICLE = (
    "<h1>Tram line opens</h1><p>The first tram of Ost Harbour since 1962 left the depot on "
    "Saturday, with the mayor at the bell and a band on the roof.</p>{}<p>The line runs from the "
    "station to the hospital every eight minutes, and the first month is free for everybody.</p>"
)


def page(body: str = "", inside: str = "") -> str:
    article = ARTICLE.format(inside)
    title = "<title>Tram line opens</title>"
    return f"<html>{title}<body><article>{article}</article>{body}</body></html>"


def posts(shape: str) -> str:
    texts = ("The band fell silent at the bend.", "Doors open late.", "A fine day for our city.")
    return "".join(
        shape.format(text=text, n=n + 1, name=f"Ost Trams {n}") for n, text in enumerate(texts)
    )


EMBEDS = {
    "twitter-tweet": "<p>{text}</p>&mdash; {name} (@osttrams) <a href='/s/{n}'>May {n}, 2023</a>",
    "bluesky-embed": "<p>{text}</p>&mdash; {name} <a href='/p/{n}'>May {n}, 2023 at 8:00 AM</a>",
    "instagram-media": "<p>{text}</p><p>A post shared by {name} on <time>May {n}, 2023</time></p>",
}


@pytest.mark.parametrize(("kind", "inner"), EMBEDS.items(), ids=EMBEDS.keys())
def test_embedded_posts(kind: str, inner: str) -> None:
    got = separate(page(inside=posts(f"<blockquote class='{kind}'>{inner}</blockquote>")))
    assert got.comments == ()
    assert "The first tram" in got.article.text
    assert "eight minutes" in got.article.text


CONTROLS = {
    "sort": "<div class='discussion' id='comments'><h2>Comments</h2>"
    "<div class='discussion__controls'>"
    "<span>Sort by</span><ul><li><button>oldest</button></li><li><button>best</button></li></ul>"
    "<span>Show</span><ul><li>20</li><li>40</li></ul></div><p>This conversation has ended. You may "
    "read it, and you cannot add to it any more, because it has been open for three weeks.</p>"
    "<div>Loading… <a href='#'>Not loading?</a></div></div>",
    "login": "<section class='comments-area'><p>Please sign in to take part in the discussion of "
    "this article with other readers of the paper.</p><a>Sign in</a> <a>Register</a></section>",
    "newsletters": "<div class='comments'><div class='box'><h4>Evening Letter</h4><p>All news of "
    "the day in your in-box, read by thousands.</p></div><div class='box'><h4>Tram Letter</h4>"
    "<p>All news of the line in your in-box, every Monday.</p></div></div>",
}


@pytest.mark.parametrize("body", CONTROLS.values(), ids=CONTROLS.keys())
def test_controls_and_notices(body: str) -> None:
    assert separate(page(body)).comments == ()


THREADS = {
    "list": "<li class='threadbit' id='thread_5{n}'><h3><a href='/t{n}'>{text}</a></h3>"
    "<div>Started by mona, May {n}, 2023 08:00 AM</div>"
    "<ul><li>Replies: {n}</li><li>Views: 9{n}</li></ul>"
    "<dl class='threadlastpost'><dt>Last Post By</dt><dd><a>ole{n}</a></dd>"
    "<dd>{n} Hours Ago</dd></dl>",
    "rows": "<tr class='thread'><td><h4><a href='/t{n}'>{text}</a></h4>by mona</td><td>{n}</td>"
    "<td>Latest: ole{n}, May {n}, 2023 09:00</td></tr>",
    "cards": "<div class='topic-thread'><h3><a href='/t{n}'>{text}</a></h3>"
    "<p>ole{n} replied on May {n}, 2023 at 9:00 am</p><p>More »</p></div>",
}


@pytest.mark.parametrize("shape", THREADS.values(), ids=THREADS.keys())
def test_lists_of_threads(shape: str) -> None:
    holder = "table" if shape.startswith("<tr") else "ol"
    html = f"<html><title>Trams</title><body><h1>Trams</h1><{holder} class='threads'>"
    assert separate(f"{html}{posts(shape)}</{holder}></body></html>").comments == ()


@pytest.mark.parametrize("dots", ["[...] {} [...]", "[…] {} […]", "(...) {} (...)"])
def test_excerpts_that_other_software_sent(dots: str) -> None:
    item = "<li class='comment' id='comment-{}'><cite class='fn'>{}</cite><p>{}</p></li>"
    excerpt = dots.format("the tram of Ost Harbour is back, writes the paper")
    body = item.format(71, "Mona", "I rode it twice.") + item.format(72, "Rails | Blog", excerpt)
    got = separate(page(f"<ol id='comments'>{body}</ol>"))
    assert [comment.text for comment in got.comments] == ["I rode it twice."]
    assert [piece.text for piece in got.left_out if piece.reason == "pingback"] == [excerpt]


def test_a_reader_who_leaves_words_out_is_no_excerpt() -> None:
    words = "[...] and then he says it is free. Free for whom?"
    item = f"<li class='comment' id='comment-71'><cite class='fn'>Mona</cite><p>{words}</p></li>"
    assert [c.text for c in separate(page(f"<ol>{item}</ol>")).comments] == [words]


def test_the_article_is_no_comment_though_its_container_is_named_discussion() -> None:
    article = ARTICLE.format("")
    html = (
        "<html><title>Tram line opens</title><body><section class='discussion-box'><div class='r'>"
        f"<div class='col six'><a class='author'>Mona Lie</a> 5/6/23 9:04am {article}</div></div>"
        "<div class='r'><div class='col six'><p>Show all discussions</p><p>Discussions can be "
        "approved by the author or by users who follow this page.</p></div></div></section></body>"
    )
    got = separate(html)
    assert got.comments == ()
    assert "eight minutes" in got.article.text
    assert got.article.author == "Mona Lie"


COMMENT = (
    "<div class='comment' id='comment-8{n}'><b class='author'>{name}</b> "
    "<time datetime='2023-05-0{n}T08:00'>May {n}</time><p>{text}</p></div>"
)


@pytest.mark.parametrize("heading", ["3 comments", "Kommentare (3)", "Komento hauek (3)"])
def test_the_heading_of_the_comments_is_no_line_of_the_article(heading: str) -> None:
    body = f"<div class='comments'><h3>{heading}</h3>{posts(COMMENT)}</div>"
    got = separate(page(body))
    assert len(got.comments) == 3
    assert got.article.text.endswith("free for everybody.")


def test_an_undated_article_does_not_take_the_date_of_a_comment() -> None:
    assert separate(page(f"<div id='comments'>{posts(COMMENT)}</div>")).article.published is None
    hidden = "<div id='comments'><p>Last one <time datetime='2023-05-07'>May 7</time></p></div>"
    assert separate(page(hidden)).article.published is None


def test_a_form_around_the_whole_page_is_no_form() -> None:
    inner = f"<div class='body'>{ARTICLE.format('')}</div><div id='comments'>{posts(COMMENT)}</div>"
    html = f"<html><title>Tram line opens</title><body><form id='all'>{inner}</form></body></html>"
    got = separate(html)
    assert got.article.text.startswith("The first tram")
    assert len(got.comments) == 3
