"""Base rates: the share of comments that are hostile or off topic, and its uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moderation import open_door

if TYPE_CHECKING:
    from moderation.labels.base_rates.rates import (
        BASE_RATES,
        FEWEST_DRAWN,
        drawn_rows,
        enough_drawn,
        prior_shift,
        rate_weights,
    )

__all__ = [
    "BASE_RATES",
    "FEWEST_DRAWN",
    "drawn_rows",
    "enough_drawn",
    "prior_shift",
    "rate_weights",
]

__getattr__ = open_door(
    __name__,
    {
        "BASE_RATES": "moderation.labels.base_rates.rates",
        "FEWEST_DRAWN": "moderation.labels.base_rates.rates",
        "drawn_rows": "moderation.labels.base_rates.rates",
        "enough_drawn": "moderation.labels.base_rates.rates",
        "prior_shift": "moderation.labels.base_rates.rates",
        "rate_weights": "moderation.labels.base_rates.rates",
    },
)
