"""Which of our models stands behind a name that clients ask for; names without one are refused.

The table is the whole truth: the discovery document, the OpenAPI description and
``docs/serving.md`` are made from it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from moderation.records import Attribute


class Served(NamedTuple):
    """What a client gets for a name.

    Attributes
    ----------
    attribute
        The model whose probability is given.
    meaning
        What that probability says, and what it does not.
    """

    attribute: Attribute
    meaning: str


_SAME = "the probability that annotators would call the comment hostile"
_BROADER = (
    "the same probability of hostility of any kind, of which this is one: it orders comments well "
    "but is higher than a model of this kind alone would give, so choose the threshold anew"
)
_RELATION = (
    "the probability that the comment has nothing to do with its article or parent; needs one"
)

#: Names that are answered. With ``_EXPERIMENTAL`` behind it a name means the same.
SERVED: dict[str, Served] = {
    "HOSTILITY": Served(Attribute.HOSTILITY, _SAME),
    "OFF_TOPIC": Served(Attribute.OFF_TOPIC, _RELATION),
    "TOXICITY": Served(Attribute.HOSTILITY, _SAME),
    "TOXICITY_FAST": Served(Attribute.HOSTILITY, _SAME),
    "SEVERE_TOXICITY": Served(Attribute.HOSTILITY, _BROADER),
    "INSULT": Served(Attribute.HOSTILITY, _BROADER),
    "IDENTITY_ATTACK": Served(Attribute.HOSTILITY, _BROADER),
}

_OTHER_SUBJECT = "our models were taught nothing of the kind"

#: Names that existed on the wire and have no honest model behind them here, and why not.
#: `python -m benchmarks.serving --names` prints the figures of those that come nearest.
REFUSED: dict[str, str] = {
    "THREAT": "the hostility model finds too few of the threats that use no rude word",
    "PROFANITY": "swearing at nobody is not hostile by our guideline",
    "OBSCENE": "swearing at nobody is not hostile by our guideline",
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
    "AFFINITY": _OTHER_SUBJECT,
    "COMPASSION": _OTHER_SUBJECT,
    "CONSTRUCTIVE": _OTHER_SUBJECT,
    "CURIOSITY": _OTHER_SUBJECT,
    "NUANCE": _OTHER_SUBJECT,
    "PERSONAL_STORY": _OTHER_SUBJECT,
    "REASONING": _OTHER_SUBJECT,
    "RESPECT": _OTHER_SUBJECT,
    "ALIENATION": _OTHER_SUBJECT,
    "FEARMONGERING": _OTHER_SUBJECT,
    "GENERALIZATION": _OTHER_SUBJECT,
    "MORAL_OUTRAGE": _OTHER_SUBJECT,
    "POWER_APPEAL": _OTHER_SUBJECT,
    "SCAPEGOATING": _OTHER_SUBJECT,
}

_TWIN = "_EXPERIMENTAL"
_NUMBERED = re.compile(r"[0-9]{1,6}")


def attribute_of(name: str, model: str) -> Attribute | None:
    """The attribute that a client's name asks for, None if no model of ours stands behind it.

    Parameters
    ----------
    name
        As asked: ``TOXICITY``, ``TOXICITY@6``, ``INSULT_EXPERIMENTAL``, ``HOSTILITY@1f2e3d4c``.
        The original's numbered versions are all answered by the model in force. A version of
        ours must be the one in force: a pinned name never changes its meaning.
    model
        Version of the model in force (``name@digest``).
    """
    base, _, version = name.partition("@")
    served = SERVED.get(base.removesuffix(_TWIN))
    if served is None:
        return None
    if "@" in name and not _NUMBERED.fullmatch(version):
        digest = model.rpartition("@")[2]
        return served.attribute if version in {model, digest} else None
    return served.attribute


def attributes_markdown() -> str:
    """Both tables in Markdown, as the documentation shows them."""
    lines = ["| name | our model | what the score says |", "|---|---|---|"]
    lines += [f"| `{name}` | {s.attribute.value} | {s.meaning} |" for name, s in SERVED.items()]
    lines += ["", "| refused | why |", "|---|---|"]
    why: dict[str, list[str]] = {}
    for name, reason in REFUSED.items():
        why.setdefault(reason, []).append(f"`{name}`")
    lines += [f"| {', '.join(names)} | {reason} |" for reason, names in why.items()]
    return "\n".join(lines) + "\n"
