"""The newsroom's reasons for a rejection, what each teaches a model, and their names elsewhere."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from moderation.errors import InputError

# One key of the keyboard for each, 1 to 9.
_MOST = 9

# The database of statements takes as many characters.
_Ground = Annotated[str, Meta(min_length=1, max_length=500)]

_KEY = r"^[a-z][a-z0-9_-]{0,39}$"


class Teaches(StrEnum):
    """What a rejection for a reason says about the comment."""

    HOSTILE = "hostile"
    OFF_TOPIC = "off_topic"
    NEITHER = "neither"


class CoralCode(StrEnum):
    """Coral's codes of a rejection that a moderator can choose (``REJECTION_REASON_CODE``)."""

    OFFENSIVE = "OFFENSIVE"
    ABUSIVE = "ABUSIVE"
    SPAM = "SPAM"
    BANNED_WORD = "BANNED_WORD"
    AD = "AD"
    ILLEGAL_CONTENT = "ILLEGAL_CONTENT"
    HARASSMENT_BULLYING = "HARASSMENT_BULLYING"
    MISINFORMATION = "MISINFORMATION"
    HATE_SPEECH = "HATE_SPEECH"
    IRRELEVANT_CONTENT = "IRRELEVANT_CONTENT"
    OTHER = "OTHER"


class Category(StrEnum):
    """Categories of the EU's transparency database that suit a comment (schema of June 2026).

    Their names there begin with ``STATEMENT_CATEGORY_``.
    """

    CYBER_VIOLENCE = "CYBER_VIOLENCE"
    CYBER_VIOLENCE_AGAINST_WOMEN = "CYBER_VIOLENCE_AGAINST_WOMEN"
    DATA_PROTECTION = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
    SPEECH = "ILLEGAL_OR_HARMFUL_SPEECH"
    INTELLECTUAL_PROPERTY = "INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    CIVIC_DISCOURSE = "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"
    MINORS = "PROTECTION_OF_MINORS"
    PUBLIC_SECURITY = "RISK_FOR_PUBLIC_SECURITY"
    FRAUD = "SCAMS_AND_FRAUD"
    SELF_HARM = "SELF_HARM"
    VIOLENCE = "VIOLENCE"
    OTHER = "OTHER_VIOLATION_TC"


class RejectionReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reason.

    Attributes
    ----------
    key
        The name in files: small letters, digits, hyphens.
    name
        What the button says.
    label
        What a rejection for this reason teaches.
    to_reader
        A sentence for the author of the comment.
    coral
        Coral's code.
    category
        The category in a statement of reasons.
    rule
        The rule of the newsroom's terms that the comment breaks; default: `name`.
    law
        The law that the comment breaks. With it, a statement says "illegal content"; without it,
        "incompatible with the terms".
    """

    key: Annotated[str, Meta(pattern=_KEY)]
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    label: Teaches
    to_reader: Annotated[str, Meta(min_length=1, max_length=500)]
    coral: CoralCode = CoralCode.OTHER
    category: Category = Category.OTHER
    rule: _Ground | None = None
    law: _Ground | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: Annotated[list[RejectionReason], Meta(min_length=1, max_length=_MOST)]


class Reasons:
    """The reasons in the order of their buttons.

    Parameters
    ----------
    reasons
        The reasons; each key occurs once.
    """

    def __init__(self, reasons: list[RejectionReason]) -> None:
        self.listed = tuple(reasons)
        self._by_key = {reason.key: reason for reason in reasons}

    def find(self, key: str | None) -> RejectionReason | None:
        """Return the reason with a key; None if there is none."""
        return self._by_key.get(key or "")

    def name(self, key: str | None) -> str:
        """Return what the button says; the key itself if the reason is no longer listed."""
        found = self.find(key)
        return found.name if found else key or ""


def read_reasons(path: str | Path | None = None) -> Reasons:
    """Read a file of reasons, or those that ship with the desk.

    Raises
    ------
    InputError
        If the file cannot be used; the message names the field.
    """
    source = Path(path) if path is not None else Path(__file__).with_name("reasons.toml")
    hint = "docs/desk-admin.md shows the form of the file"
    try:
        found = msgspec.convert(tomllib.loads(source.read_text(encoding="utf-8")), _File)
    except FileNotFoundError:
        raise InputError("no such file", path=source, hint="check the name") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        what = f"cannot be read as TOML ({error})"
        raise InputError(what, path=source, hint=hint) from None
    except msgspec.ValidationError as error:
        what, _, field = str(error).partition(" - at `$.")
        raise InputError(what, path=source, field=field.rstrip("`") or None, hint=hint) from None
    keys = [reason.key for reason in found.reason]
    for key in keys:
        if keys.count(key) > 1:
            what = "two reasons have one key"
            raise InputError(what, path=source, field="reason.key", got=key, hint="rename one")
    return Reasons(found.reason)
