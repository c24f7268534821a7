"""Which article an address names."""

from __future__ import annotations

import pytest

from moderation.records import Article
from moderation.service.articles import ArticleIndex, address

PAGE = "https://www.example.org/news/ferry"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/news/ferry/",
        "example.org/news/ferry#c7",
        f"{PAGE}?utm_source=letter&utm_medium=email",
        f"{PAGE}?fbclid=abc",
        f"{PAGE}?UTM_Source=x&gclid=",
        f"{PAGE}?commentID=c-1",
        f"{PAGE}?replytocom=12#respond",
        f"{PAGE}?",
    ],
)
def test_what_counts_visitors_or_points_at_a_comment_names_no_other_article(url: str) -> None:
    assert address(url) == address(PAGE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/index.php?id=1", "https://example.org/index.php?id=11"),
        (f"{PAGE}?page=2", PAGE),
        (f"{PAGE}?id=", PAGE),
        (f"{PAGE}?utm=1", PAGE),
    ],
)
def test_any_other_parameter_may_name_the_article(one: str, other: str) -> None:
    assert address(one) != address(other)


def test_parameters_have_no_order() -> None:
    assert address("e.org/?p=1&lang=en&utm_id=5") == address("http://e.org?lang=en&p=1")


def test_articles_that_differ_by_a_parameter_are_found_apart() -> None:
    shelf = ArticleIndex(
        {str(i): Article(id=str(i), title=f"No. {i}", url=f"https://e.org/?p={i}") for i in (1, 2)}
    )
    for i in (1, 2):
        found = shelf.find([f"http://www.e.org/?p={i}&utm_campaign=x"])
        assert found is not None
        assert found.title == f"No. {i}"
    assert shelf.find(["https://e.org/?p=3"]) is None
    assert shelf.find(["https://e.org/"]) is None


@pytest.mark.parametrize(
    "url", ["", "http://[", "x?" + "a=b&" * 1_000, "?\udcff=%ff", "//e.org/?%00&&==&#&#;"]
)
def test_no_address_is_an_error(url: str) -> None:
    assert isinstance(address(url), str)
    assert ArticleIndex().find([url]) is None
