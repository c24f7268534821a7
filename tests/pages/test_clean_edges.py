"""Names, dates and texts are clean at the edges, whatever the page prints beside them."""

from __future__ import annotations

import pytest

from moderation.pages import separate
from moderation.pages.edges import strip_shared_edges
from moderation.records import Comment

ARTICLE = (
    "<h1>Lake frozen over</h1><p>The lake of Tarn Hollow is frozen for the first time in nine "
    "years, and the town has opened it to skaters.</p><p>The ice is twenty centimetres thick at "
    "the shore, the fire brigade said on Sunday, and it is measured every morning.</p>"
)
NAMES = ("Ilka Moen", "Per Vik", "Zora Dunn")
WORDS = (
    "We walked across to the island and back before breakfast.",
    "Nobody measured it near the mill, where the stream comes in.",
    "My father drove a lorry over it in his time, or so he said.",
)


def read(shape: str, holder: str = "<div id='comments'>{}</div>") -> tuple[Comment, ...]:
    pairs = enumerate(zip(NAMES, WORDS, strict=True))
    items = "".join(
        shape.format(n=n + 1, name=name, words=words, initial=name[0], date=f"3 May 2022, 9:1{n}")
        for n, (name, words) in pairs
    )
    title = "<title>Lake frozen over</title>"
    return separate(
        f"<html>{title}<body><article>{ARTICLE}</article>{holder.format(items)}</body></html>"
    ).comments


#: Where each comment's parts stand, and what the page prints beside them.
SHAPES = {
    "buttons of a language nobody listed": (
        "<div class='comment'><b>{name}</b> <i>{date}</i><p>{words}</p>"
        "<a>Vastaamo</a> · <a>Ilmianna</a></div>"
    ),
    "buttons with separators": (
        "<li class='comment' id='comment-1{n}'><dl><dt>{n}. <a>{name}</a> <span>{date}</span></dt>"
        "<dd class='commentBody'><p>{words}</p><span>Answer | Report it | Get link</span></dd></dl>"
    ),
    "votes and badges": (
        "<div class='comment'><div>{name} <time datetime='2022-05-03T09:1{n}'>3 May</time></div>"
        "<div>Gold member</div><p>{words}</p><div>{n} ▲ | 0 ▼</div></div>"
    ),
    "letter avatars": (
        "<div class='comment'><div class='avatar'>{initial}</div><div class='u'>{name}</div>"
        "<div class='w'>{date}</div><p>{words}</p></div>"
    ),
    "a name after the text": (
        "<div class='u-comment h-cite'><p class='p-content'>{words}</p>"
        "<a class='p-author'>{name}</a> <time datetime='2022-05-03T09:1{n}'>May</time></div>"
    ),
    "a verb in the name": (
        "<li class='comment' id='comment-7{n}'><p itemprop='author'><span itemprop='name'>{name}"
        "</span> <span>says</span></p><time datetime='2022-05-03T09:1{n}'>May</time>"
        "<div class='comment-content'><p>{words}</p></div></li>"
    ),
    "a name and votes side by side": (
        "<li class='comment'><div><a class='user'>{name}</a><span class='pts'>1{n}</span>"
        "<span class='ago'>4 days ago</span></div><p>{words}</p></li>"
    ),
    "a number before the date": (
        "<li class='c'><div><a>{name}</a></div><div class='comment-meta'>Post #{n}"
        "<div>May 3, 2022 - 9:1{n} AM</div></div><p>{words}</p></li>"
    ),
    "a short time beside the name": (
        "<div class='comment-box'><span class='n'>{name}</span><span class='t'>{n}h</span>"
        "<div>{words}</div><button>Svara</button></div>"
    ),
    "hidden notices": (
        "<div class='comment'><b>{name}</b> <i>{date}</i><p hidden>You have muted {name}.</p>"
        "<p>{words}</p><dialog>Do you really want to report this?</dialog>"
        "<div style='display: none'>Sending, please wait</div></div>"
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_edges(shape: str) -> None:
    got = read(shape)
    assert [comment.text for comment in got] == list(WORDS)
    assert [comment.author for comment in got] == list(NAMES)
    assert all(comment.published for comment in got)


def test_a_number_is_no_part_of_the_date() -> None:
    meta = SHAPES["a number before the date"]
    assert [c.published for c in read(meta)] == [f"May 3, 2022 - 9:1{n} AM" for n in (1, 2, 3)]
    side = SHAPES["a name and votes side by side"]
    assert {c.published for c in read(side)} == {"4 days ago"}


@pytest.mark.parametrize("verb", ["in reply to", "als Antwort auf", "en réponse à"])
def test_whom_a_comment_answers_is_no_part_of_name_or_date(verb: str) -> None:
    link = f"<span>{verb} <a href='#comment-31'>{NAMES[0]}</a></span>"
    shape = "<li class='comment' id='comment-3{n}'><div>{n}. <a>{name}</a> @ <i>{date}</i></div>"
    shape += "<div class='commentBody'><p>{words}</p></div></li>"
    first, second, third = read(shape.replace("@", link), "<ol id='comments'>{}</ol>")
    assert (second.author, second.published) == (NAMES[1], "3 May 2022, 9:11")
    assert second.parent_id == third.parent_id == first.id


def test_a_comment_that_is_hidden_as_a_whole_is_kept() -> None:
    shape = "<div class='comment'><b>{name}</b> {date}<div style='display:none'>{words}</div></div>"
    assert [comment.text for comment in read(shape)] == list(WORDS)


def test_a_reader_who_signs_keeps_the_signature() -> None:
    texts = [["Good.", "Ilka Moen"], ["Bad.", "It leaks."], ["Why?", "I ask."]]
    assert strip_shared_edges(texts, NAMES) == texts


def test_readers_who_agree_keep_their_words() -> None:
    texts = [["I walked.", "That was good."], ["I ran.", "That was good."], ["No.", "Never."]]
    assert strip_shared_edges(texts, NAMES) == texts
    assert strip_shared_edges([["Thanks"]] * 3, NAMES) == [["Thanks"]] * 3


def test_marks_inside_a_word_do_not_divide_it() -> None:
    got = read(
        "<div class='comment'><b>{name}</b> <i>{date}</i><p><b>W</b>ell<i>ness</i> is "
        "H<sub>2</sub>O. {words}</p></div>"
    )
    assert [c.text for c in got] == [f"Wellness is H2O. {words}" for words in WORDS]


def test_the_buttons_of_copied_text_are_no_comment() -> None:
    comments = "".join(
        f"Avatar\n{name}\n2 years ago\n{words}\n\n{n + 4}\n\nReply\nShare ›\n"
        for n, (name, words) in enumerate(zip(NAMES, WORDS, strict=True))
    )
    text = "The town has opened the frozen lake to skaters, and the ice is measured every day."
    got = separate(f"Lake frozen over\n\n{text}\n\n3 Comments\n\n{comments}").comments
    assert [comment.text for comment in got] == list(WORDS)
    assert [comment.author for comment in got] == list(NAMES)


def test_the_day_of_a_date_is_no_rank() -> None:
    found = read(
        "<li class='comment'><b class='fn'>0{n}. Jul, 2012 / {name}</b><p>{words}</p></li>"
    )
    assert [(c.author, c.published) for c in found] == [
        (name, f"0{n}. Jul, 2012") for n, name in enumerate(NAMES, 1)
    ]
