"""What a folding is: an object that reads text for a model, and folded text with its origins."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal, NamedTuple


class Folded(NamedTuple):
    """Folded text and the origin of each of its characters.

    Attributes
    ----------
    text
        The folded text.
    origins
        ``origins[i]`` is the offset in code points of the original character from which
        ``text[i]`` comes. The offsets never decrease.
    """

    text: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of the folded characters from `start` up to `end`."""
        return self.origins[start], self.origins[end - 1] + 1


Writing = Literal["spaced", "syllables", "unspaced"]


class Folding(ABC):
    """A way to fold text. It is immutable; there is one object for each name.

    A text is folded in three steps. :meth:`apart` and :meth:`join_spaced` decide where its tokens
    begin, white space separates the tokens, and :meth:`fold_chunks` folds each of them by itself.

    Attributes
    ----------
    name
        The name in the manifest of a model: a model is only used with the folding that it was
        trained with.
    fewest_spaced
        The fewest separated letters that :meth:`join_spaced` may join.
    writing
        Whether words have spaces between them, and whether a character is a syllable.
    """

    name: str
    fewest_spaced: int
    writing: Writing

    def __repr__(self) -> str:
        return f"folding_of({self.name!r})"

    def fold(self, text: str) -> str:
        """Fold a text to the form that a model with this folding reads.

        Parameters
        ----------
        text
            Any string, including lone surrogates and NUL.

        Returns
        -------
        str
            The folded tokens with single spaces between them.
        """
        return " ".join(self.fold_chunks(self.join_spaced(self.apart(text)).split()))

    def breaks(self, text: str) -> list[int]:
        """Return where a sentence begins behind another one without white space between them."""
        del text
        return []

    def apart(self, text: str) -> str:
        """Return a text with white space between sentences that are written without any."""
        return text

    @abstractmethod
    def join_spaced(self, text: str) -> str:
        """Join single letters that spell a word: ``i d i o t``."""

    @abstractmethod
    def fold_chunks(self, chunks: Sequence[str]) -> list[str]:
        """Fold tokens, which contain no white space; their folded forms may.

        The result for a token does not depend on the others, so it can be cached per token.
        """

    @abstractmethod
    def fold_with_origins(self, text: str) -> Folded:
        """Fold a text like :meth:`fold`, and keep the place of each character in the original."""

    @abstractmethod
    def closes_sentence(self, chunk: str) -> bool:
        """Return whether a sentence ends with this token as written."""

    @abstractmethod
    def units(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of a text that an explanation gives one reason each, in order.

        Together they hold all characters but white space.
        """
