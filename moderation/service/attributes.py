"""The mapping of requested names to our models; a name without a model is refused.

The discovery document, the OpenAPI description and ``docs/serving.md`` are generated from the
tables in this module. A name is answered if one of our models means the same, or if that model
ranks comments labelled by the name well (an area of at least .8 under the ROC curve: ``python -m
benchmarks.serving --names``). Every answer says which model gave it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from moderation.errors import UsageError
from moderation.records import Attribute


class Nearness(Enum):
    """How closely the meaning of a name matches the model that answers for it."""

    SAME = "the name means what the model was taught"
    KIND = "the name means one kind of what the model was taught"
    STAND_IN = "the name means something else, which often comes with what the model was taught"


class Served(NamedTuple):
    """The model that answers for a name.

    Attributes
    ----------
    attribute
        The attribute whose probability is returned.
    meaning
        What the probability means, and what it does not mean.
    nearness
        How far a person's answer about the name also applies to the model's attribute.
    """

    attribute: Attribute
    meaning: str
    nearness: Nearness


_SAME = "the probability that annotators would call the comment hostile"
_BROADER = (
    "the same probability of hostility of any kind, of which this is one: it orders comments well "
    "but is higher than a model of this kind alone would give, so choose the threshold anew"
)
_THREAT = f"{_BROADER}; it finds few of the threats that use no rude word"
_RUDE_WORDS = (
    "the same probability of hostility, not of rude words: comments with rude words mostly score "
    "high, but swearing at nobody scores low, for our guideline does not call it hostile"
)
_RELATION = (
    "the probability that the comment has nothing to do with its article or parent; needs one"
)
_MAPPED = "the same probability of hostility, by this newsroom's own choice (`--map`)"

_HOSTILITY = Attribute.HOSTILITY

#: Names that are answered. The suffix ``_EXPERIMENTAL`` does not change the meaning of a name.
SERVED: dict[str, Served] = {
    "HOSTILITY": Served(_HOSTILITY, _SAME, Nearness.SAME),
    "OFF_TOPIC": Served(Attribute.OFF_TOPIC, _RELATION, Nearness.SAME),
    "TOXICITY": Served(_HOSTILITY, _SAME, Nearness.SAME),
    "TOXICITY_FAST": Served(_HOSTILITY, _SAME, Nearness.SAME),
    "SEVERE_TOXICITY": Served(_HOSTILITY, _BROADER, Nearness.KIND),
    "INSULT": Served(_HOSTILITY, _BROADER, Nearness.KIND),
    "IDENTITY_ATTACK": Served(_HOSTILITY, _BROADER, Nearness.KIND),
    "THREAT": Served(_HOSTILITY, _THREAT, Nearness.KIND),
    "PROFANITY": Served(_HOSTILITY, _RUDE_WORDS, Nearness.STAND_IN),
    "OBSCENE": Served(_HOSTILITY, _RUDE_WORDS, Nearness.STAND_IN),
}

_OTHER_SUBJECT = "our models were taught nothing of the kind"

_A_VIRTUE = "it praises a comment: a probability of hostility would say the opposite"

#: Names of the original that no model of ours can honestly answer, with the reason.
REFUSED: dict[str, str] = {
    "SEXUALLY_EXPLICIT": _OTHER_SUBJECT,
    "FLIRTATION": _OTHER_SUBJECT,
    "ATTACK_ON_AUTHOR": "the hostility model does not tell whom a comment attacks",
    "ATTACK_ON_COMMENTER": "the hostility model does not tell whom a comment attacks",
    "ATTACK_ON_PUBLISHER": "the hostility model does not tell whom a comment attacks",
    "INCOHERENT": _OTHER_SUBJECT,
    "INFLAMMATORY": _OTHER_SUBJECT,
    "LIKELY_TO_REJECT": "rejecting is a person's word",
    "SPAM": _OTHER_SUBJECT,
    "UNSUBSTANTIAL": _OTHER_SUBJECT,
    "AFFINITY": _A_VIRTUE,
    "COMPASSION": _A_VIRTUE,
    "CONSTRUCTIVE": _A_VIRTUE,
    "CURIOSITY": _A_VIRTUE,
    "NUANCE": _A_VIRTUE,
    "PERSONAL_STORY": _A_VIRTUE,
    "REASONING": _A_VIRTUE,
    "RESPECT": _A_VIRTUE,
    "ALIENATION": _OTHER_SUBJECT,
    "FEARMONGERING": _OTHER_SUBJECT,
    "GENERALIZATION": _OTHER_SUBJECT,
    "MORAL_OUTRAGE": _OTHER_SUBJECT,
    "POWER_APPEAL": _OTHER_SUBJECT,
    "SCAPEGOATING": _OTHER_SUBJECT,
}

_TWIN = "_EXPERIMENTAL"
_NUMBERED = re.compile(r"[0-9]{1,6}")


class Naming(NamedTuple):
    """The settings for requested names of one service.

    Attributes
    ----------
    mapped
        Names that the newsroom has mapped to a model in addition to :data:`SERVED`.
    lenient
        Whether names without a model are left out if another requested name has one.
    """

    mapped: Mapping[str, Attribute] = {}
    lenient: bool = False

    @property
    def served(self) -> dict[str, Served]:
        """Return every name that is answered."""
        return {**SERVED, **{name: _mapped(model) for name, model in self.mapped.items()}}

    @property
    def refused(self) -> dict[str, str]:
        """Return the names of the original that are not answered, with the reason."""
        return {name: why for name, why in REFUSED.items() if name not in self.mapped}

    def find(self, name: str, model: str) -> Served | None:
        """Return the model that answers for a name, or None if there is none.

        Parameters
        ----------
        name
            As requested: ``TOXICITY``, ``TOXICITY@6``, ``INSULT_EXPERIMENTAL``,
            ``HOSTILITY@1f2e3d4c``. The active model answers all numbered versions of the original.
            A version of ours must be the active one, because a pinned name never changes its
            meaning.
        model
            Version of the active model (``name@digest``).
        """
        base, _, version = name.partition("@")
        base = base.removesuffix(_TWIN)
        served = SERVED.get(base)
        if served is None and base in self.mapped:
            served = _mapped(self.mapped[base])
        if served is None:
            return None
        if "@" in name and not _NUMBERED.fullmatch(version):
            digest = model.rpartition("@")[2]
            return served if version in {model, digest} else None
        return served


def _mapped(attribute: Attribute) -> Served:
    return Served(attribute, _MAPPED, Nearness.STAND_IN)


def read_mapped(given: Iterable[str]) -> dict[str, Attribute]:
    """Read all values of ``--map NAME[,NAME...]=hostility``.

    Raises
    ------
    UsageError
        If a value is malformed, or a name cannot be mapped because it already has a model, never
        existed in the original, or praises a comment.
    """
    mapped = {}
    for text in given:
        names, _, model = text.partition("=")
        if model.strip() != Attribute.HOSTILITY.value:
            hint = "write --map NAME=hostility, or NAME,NAME=hostility"
            raise UsageError("not a mapping of a name to a model", got=text, hint=hint)
        for name in map(str.strip, names.split(",")):
            why = REFUSED.get(name)
            if why is None:
                what = "has a model already" if name in SERVED else "is no name of the original's"
                hint = "one of " + ", ".join(n for n, w in REFUSED.items() if w != _A_VIRTUE)
                raise UsageError(f"--map: a name {what}", got=name, hint=hint)
            if why == _A_VIRTUE:
                raise UsageError(f"--map: {why}", got=name)
            mapped[name] = Attribute.HOSTILITY
    return mapped


def attributes_markdown() -> str:
    """Return both tables in Markdown, as the documentation shows them."""
    lines = ["| name | our model | what the score says |", "|---|---|---|"]
    lines += [f"| `{name}` | {s.attribute.value} | {s.meaning} |" for name, s in SERVED.items()]
    lines += ["", "| refused | why |", "|---|---|"]
    why: dict[str, list[str]] = {}
    for name, reason in REFUSED.items():
        why.setdefault(reason, []).append(f"`{name}`")
    lines += [f"| {', '.join(names)} | {reason} |" for reason, names in why.items()]
    return "\n".join(lines) + "\n"
