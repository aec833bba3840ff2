"""Whether words show a key of a venue or another secret: by its shape, before they are kept."""

from __future__ import annotations

import re
from itertools import pairwise

_RUN = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_PEM = "-----BEGIN "
# Letters, capitals and digits follow each other in no order in what a machine drew by lot; names
# and words of people change from one to the other far more seldom.
_CHANGES = 8


def shows_key(text: str) -> bool:
    """API keys, their secrets, private keys and tokens; slash lines and files' names are none."""
    return _PEM in text or any(_is_drawn(run) for run in _RUN.findall(text))


def _is_drawn(run: str) -> bool:
    has_digits = any(letter.isdigit() for letter in run)
    near = ((one, other) for one, other in pairwise(run) if one.isalnum() and other.isalnum())
    return has_digits and sum(_kind(one) != _kind(other) for one, other in near) >= _CHANGES


def _kind(letter: str) -> int:
    return letter.isdigit() + 2 * letter.isupper()
