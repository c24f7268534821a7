"""Comments of markup that nobody documented, in any language, in lists of any kind."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import cldr
import pytest
from babel.dates import format_date

from moderation.pages import separate
from moderation.pages.html.masthead import find_title_line
from moderation.pages.html.tree import Tree
from moderation.pages.wording.bylines import Byline, read_byline
from moderation.pages.wording.months import NAMES as MONTHS
from moderation.records import Comment

ARTICLE = (
    "<article><h1>Mill for sale</h1><p>The old mill of Brook End is for sale, with its wheel and "
    "four acres of meadow.</p><p>Three buyers have seen it since Monday.</p></article>"
)
NAMES = ("ivo.hart", "Lene_B", "Stella Marks")
#: No word of these is of any language, so that no reader of words can help.
WORDS = (
    "Qwer tyuio pasdf ghjk lzxc vbnmq wert.",
    "Yuiop asdfg, hjkl zxcv bnm qwerty uiopas dfgh.",
    "Jklz xcvb nmqw erty uiop?",
)
LANGUAGES = (
    "ar bg bn ca cs da de el en es et eu fa fi fr he hi hr hu hy id is it ja ka ko lt lv nb nl pl "
    "pt ro ru sk sl sr sv th tr uk vi zh"
).split()


def read(items: str, holder: str = "<section id='comments'>{}</section>") -> tuple[Comment, ...]:
    title = "<title>Mill for sale</title>"
    return separate(f"<html>{title}<body>{ARTICLE}{holder.format(items)}</body></html>").comments


def fill(shape: str, language: str = "en") -> str:
    days = (datetime.date(2024, month, day) for month, day in ((1, 6), (5, 7), (9, 8)))
    return "".join(
        shape.format(
            n=n + 1, name=name, words=words, date=f"{format_date(day, 'long', language)} 08:0{n}"
        )
        for n, (name, words, day) in enumerate(zip(NAMES, WORDS, days, strict=True))
    )


INVENTED = sorted((Path(__file__).parent / "unknown").glob("*.html"))
SHAPES = {
    "unknown": "<div class='comment-item'><div class='top'><a class='nick'>{name}</a> <span>{date}"
    "</span></div><div class='txt'>{words}</div><div><a href='#'>Xyzzy</a></div></div>",
    "date below": "<div class='entry-x'><a class='who'>{name}</a><div class='txt'>{words}</div>"
    "<div class='foot'><span class='w'>{date}</span> <a>Xyzzy</a> <a>Plugh</a></div></div>",
    "wordpress": "<li class='comment' id='comment-4{n}'><b class='fn'>{name}</b><div "
    "class='comment-metadata'>{date}</div><div class='comment-content'><p>{words}</p></div></li>",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("language", LANGUAGES)
def test_languages(language: str, shape: str) -> None:
    got = read(fill(shape, language))
    assert [comment.text for comment in got] == list(WORDS)
    assert [comment.author for comment in got] == list(NAMES)
    assert all(c.published and f":0{n}" in c.published for n, c in enumerate(got))


@pytest.mark.parametrize(
    "date",
    [
        "<time datetime='2024-05-0{n}T08:00Z'>w dniu</time>",
        "<span title='2024-05-0{n}T08:00Z'>{n} d</span>",
        "<em>{n} zyx 2024, 08:00</em>",
    ],
    ids=["time", "title", "month of no language"],
)
def test_dates_that_no_word_tells(date: str) -> None:
    shape = "<div class='comment-row'><b>{name}</b><p>{words}</p><div>" + date + " <a>Xyz</a></div>"
    got = read(fill(shape + "</div>"))
    assert [comment.author for comment in got] == list(NAMES)
    assert all(comment.published and "2024" in comment.published for comment in got)


def test_structure_decides_where_classes_say_nothing() -> None:
    shape = (
        "<div class='a1f'><div class='b2'><a class='c3'>{name}</a> <span class='d4'>{date}</span>"
        "</div><div class='e5'>{words} Zxcv bnmas dfgh jklqw, erty uiop asdf ghjk lzxc.</div></div>"
    )
    got = read(fill(shape), "<section class='k9'>{}</section>")
    assert [comment.author for comment in got] == list(NAMES)
    assert [comment.text[:20] for comment in got] == [words[:20] for words in WORDS]


def test_replies_of_another_shape() -> None:
    head = "<div class='box_comment'><b class='box_author'>{}</b>, {} 2024 at 10:15<p>{}</p></div>"
    reply = (
        "<div class='box_reply' id='comment-30{}'><b class='reply_author'>{}</b> answered on 7 May "
        "2024 at 11:00<div class='reply_text'>{}</div></div>"
    )
    items = (
        head.format(NAMES[0], "5 May", WORDS[0])
        + reply.format(1, "Odd Berg", "Zxcv bnm asdf.")
        + reply.format(2, "Eva Roth", "Ghjk lqwe rtyu iop.")
        + head.format(NAMES[1], "6 May", WORDS[1])
        + head.format(NAMES[2], "6 May", WORDS[2])
    )
    got = read(items, "<div class='page_comments'><div class='box_title'>5 comments</div>{}</div>")
    assert [c.author for c in got] == [NAMES[0], "Odd Berg", "Eva Roth", NAMES[1], NAMES[2]]
    assert [c.text for c in got][3:] == list(WORDS[1:])


def test_two_lists_are_not_two_comments() -> None:
    post = (
        "<div class='post'><div class='post-author'><a class='name'>{}</a> <i>[Brook End]</i> "
        "<span class='post-time'>2024-05-07 1{}:20:11</span></div><p>{}</p><ul><li>Up 4{}</li></ul>"
        "</div>"
    )
    posts = [
        post.format(name, n, words, n)
        for n, (name, words) in enumerate(zip((*NAMES, "Tom"), (*WORDS, "Poiu ytre."), strict=True))
    ]
    lists = "".join(
        f"<div class='{kind}-posts'><h4>{kind}</h4><div class='list'>{''.join(some)}</div></div>"
        for kind, some in (("best", posts[:2]), ("all", posts[2:]))
    )
    got = read(lists, "<div id='post_comment'>{}</div>")
    assert [comment.author for comment in got] == [*NAMES, "Tom"]
    assert [comment.text for comment in got] == [*WORDS, "Poiu ytre."]


def test_a_heading_behind_letters_that_are_longer_in_lower_case() -> None:
    """A capital I with a dot is one character, and two in lower case."""
    shape = "<div><i>{name}</i> <u>{date}</u></div><div>{words}</div>"
    before = f"<p>{'İ' * 200}</p>" * 3
    got = read(fill(shape), before + "<h3>3 comments</h3><div>{}</div>")
    assert [comment.author for comment in got] == list(NAMES)
    assert [comment.text for comment in got] == list(WORDS)


@pytest.mark.parametrize("path", INVENTED, ids=lambda path: path.stem)
def test_structure_alone(path: Path) -> None:
    """Twenty-four pages of very different build, whose classes and ids say nothing."""
    gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = separate(path.read_text(encoding="utf-8"))
    places = {comment.id: place for place, comment in enumerate(page.comments)}
    fields = ("text", "author", "published")
    assert [
        {name: getattr(c, name) for name in fields} | {"parent": places.get(c.parent_id or "")}
        for c in page.comments
    ] == gold["comments"]
    assert page.article.text.split("\n") == gold["text"]


def test_the_names_of_the_months_are_those_of_cldr() -> None:
    """A few differ between the versions of CLDR."""
    assert len(set(MONTHS) ^ set(cldr.names())) < len(MONTHS) / 50


SAID = (
    "We walked across to the island and back before breakfast.",
    "Nobody measured the ice near the mill, where the stream comes in.",
    "My father drove a lorry over it in his time, or so he said.",
    "Then your father was braver than you are, if I may say so.",
)
READERS = ("Ilka Moen", "Per Vik", "Zora Dunn", "Ada Brandt")
LAKE = (
    "<title>Lake frozen over</title><h1>Lake frozen over</h1><p>The lake of Tarn Hollow is frozen "
    "for the first time in nine years, and the town has opened it to skaters.</p>"
)


@pytest.mark.parametrize("verb", ["said...", "wrote:", "schrieb:", "dijo:", "a écrit :"])
def test_a_verb_of_saying_shows_where_a_comment_begins(verb: str) -> None:
    items = "".join(
        f"<div><span><a href='/u/{n}'>{name}</a> {verb}</span><div>{text}</div></div>"
        for n, (name, text) in enumerate(zip(READERS, SAID, strict=True))
    )
    found = separate(f"{LAKE}<section><p>4 comments</p>{items}</section>").comments
    assert [(c.author, c.text) for c in found] == list(zip(READERS, SAID, strict=True))


def test_a_number_behind_the_date_is_no_name() -> None:
    found = read_byline("on 25 May 2022 at 7:14 pm 3")
    assert found == Byline(date="25 May 2022 at 7:14 pm", clock=True)
    assert read_byline("25 May 2022 3") is None


def test_structure_completes_what_class_names_find_in_part() -> None:
    items = "".join(
        f"<li{' class=q-comment' if n < 2 else ''}><b>{name}</b> <i>3 May 2022 at 9:1{n}</i>"
        f"<p>{text}</p></li>"
        for n, (name, text) in enumerate(zip(READERS, SAID, strict=True))
    )
    found = separate(f"{LAKE}<h2>4 comments</h2><ol>{items}</ol>").comments
    assert [c.author for c in found] == list(READERS)


def test_a_name_that_is_cited_signs_a_comment() -> None:
    items = "".join(
        f"<li class='q-comment q-{n}'><cite><span>{name}</span></cite><div>{text}</div></li>"
        for n, (name, text) in enumerate(zip(READERS, SAID, strict=True))
    )
    found = separate(f"{LAKE}<ul class='q-comments'>{items}</ul>").comments
    assert [(c.author, c.text) for c in found] == list(zip(READERS, SAID, strict=True))


@pytest.mark.parametrize("dots", ["...”", "…", "...;”"])
def test_comments_that_are_all_cut_off_are_those_of_other_pages(dots: str) -> None:
    items = "".join(
        f"<li class='user-comment'><a href='/{n}'>“{text[:30]}{dots}</a> <span>- {name}</span></li>"
        for n, (name, text) in enumerate(zip(READERS, SAID, strict=True))
    )
    assert not separate(f"{LAKE}<ul class='user-comments'>{items}</ul>").comments


def test_an_excerpt_below_its_address_is_no_comment() -> None:
    page = (
        f"{LAKE}<div class='x-comments'><div class='x-comment' id='x-comment-71'>"
        "<cite>Skates | The Sledge</cite><p>http://sledge.example/skates</p>"
        "<p>[...] The lake of Tarn Hollow is open again, they say. [...]</p></div></div>"
    )
    assert not separate(page).comments


def test_the_name_of_the_site_above_is_not_the_title_that_comments_follow() -> None:
    tree = Tree(
        "<title>Lake frozen over for good | The Tarn Hollow News</title><div>The Tarn Hollow News"
        "</div><div>Home</div><div>Lake frozen over for good</div><div>It is thick.</div>"
    )
    assert tree.phrase(find_title_line(tree)) == "Lake frozen over for good"
