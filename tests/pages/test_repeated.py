"""Comments of unknown platforms: what is found without markup that anybody documented."""

from __future__ import annotations

import pytest

from moderation.pages import separate

ARTICLE = "<article><h1>Well dug in the park</h1>" + "".join(
    f"<p>{text}</p>"
    for text in (
        "The city of Brennock has dug a well in its largest park, the first since 1931, and "
        "opened it to the public on Monday.",
        "The water comes from forty metres below the lawn and is tested twice a week by the "
        "laboratory of the waterworks, which calls it excellent.",
        "A second well is planned for the market if the first is not vandalised by autumn.",
    )
)
NAMES = ("Aurelia", "Bertram K.", "Cosima Dahl", "Dietmar")
WORDS = (
    "I filled four bottles this morning and met half the street.",
    "It tastes of iron, like the one behind my grandmother's barn did.",
    "Who pays for the laboratory? That is what I would like to know.",
    "The second one should go to the school instead of the market.",
)


def page(body: str) -> str:
    return f"<html><title>Well dug in the park</title><body>{ARTICLE}{body}</body></html>"


def items(shape: str) -> str:
    pairs = enumerate(zip(NAMES, WORDS, strict=True))
    return "".join(
        shape.format(n=n, name=name, words=words, date=f"May {n + 3}, 2021 at 9:1{n} am")
        for n, (name, words) in pairs
    )


@pytest.mark.parametrize(
    "body",
    [
        "<div id='comments'>" + items("<div class='x{n}'><b>{name}</b> {date}<p>{words}</p></div>"),
        "<ul class='feedback'>" + items("<li><p>{words}</p><small>{name}, {date}</small></li>"),
        "<div>" + items("<div class='e'><h5>{name} | {date}</h5><div>{words}</div></div>"),
        "<table>" + items("<tr><td>{name}<br>{date}</td><td>{words}</td></tr>"),
        "<section>" + items("<article id='r{n}00'>{name} wrote on {date}:<p>{words}</article>"),
        "<h3>Responses</h3><div>" + items("<p class='who'>{name}, {date}</p><p>{words}</p>"),
        "<h3>Comments</h3><div class=comments>" + items("<p>{words}</p><p>By {name} on {date}</p>"),
    ],
    ids=["hinted", "list", "unhinted", "table", "numbered", "heads", "feet"],
)
def test_layouts(body: str) -> None:
    got = separate(page(body + "</div>"))
    assert [comment.text for comment in got.comments] == list(WORDS)
    assert [comment.author for comment in got.comments] == list(NAMES)
    assert all(comment.published and "2021" in comment.published for comment in got.comments)
    assert not any(words in got.article.text for words in WORDS)


@pytest.mark.parametrize(
    "body",
    [
        "<div class='news'>"
        + items(
            "<div class='t'><h3><a href='/{n}'>{name} opens it</a></h3><i>{date}</i> {words}</div>"
        ),
        "<div class='list'>" + items("<div class='t'>{date} {name}: {words} Read more</div>"),
        "<aside class='recent-comments'>"
        + items("<div>{name} on <a href='/{n}'>{words}</a></div>"),
        "<ol>" + items("<li>{words}</li>"),
        "<div id='comments'><p>Please log in to comment.</p><form><textarea></textarea></form>",
    ],
    ids=["teasers", "read-more", "recent-comments", "list-of-the-article", "form"],
)
def test_no_comments(body: str) -> None:
    assert separate(page(body + "</div>")).comments == ()


def test_items_that_cannot_be_told_apart_stay_one_block() -> None:
    body = "<div id='comments'>" + items("{words}<br>") + "<a>Report</a></div>"
    got = separate(page(body))
    assert [comment.source for comment in got.comments] == ["unsegmented"]
    assert all(words in got.comments[0].text for words in WORDS)


def test_comments_of_the_author_in_a_class_of_their_own_are_found_among_the_others() -> None:
    shape = (
        '<ol class="commentlist"><li class="{kind}"><strong>{n} {name}</strong> | '
        '<small class="commentmetadata">{date}</small><p>{words}</p></li></ol>'
    )
    kinds = ("commentpost", "authorpost", "commentpost", "commentpost")
    body = "".join(
        shape.format(kind=kind, n=n, name=name, words=words, date=f"5/{n}/2021 9:1{n} am")
        for n, (kind, name, words) in enumerate(zip(kinds, NAMES, WORDS, strict=True), 1)
    )
    comments = separate(page(f'<div class="commentsblock">{body}</div>')).comments
    assert [comment.text for comment in comments] == list(WORDS)
    assert [comment.author for comment in comments] == list(NAMES)


def test_an_unsigned_notice_among_the_lists_is_no_comment() -> None:
    shape = (
        '<ol class="commentlist"><li class="commentpost"><b>{name}</b> {date}'
        "<p>{words}</p></li></ol>"
    )
    rules = '<ol class="commentlist"><li class="rules">Be kind to each other here.</li></ol>'
    first, *rest = items(shape).split("</ol>")
    comments = separate(page(f"<div>{first}</ol>{rules}{'</ol>'.join(rest)}</div>")).comments
    assert [comment.text for comment in comments] == list(WORDS)
