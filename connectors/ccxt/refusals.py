"""What an exchange's own words of a refusal mean, and those words kept short.

A class of ccxt's that says no is often one for many reasons; the rest is in the exchange's text.
"""

from __future__ import annotations

import re

_LONGEST = 80
_SAID = (
    # The inner answer first: what stands around it says only that something was refused.
    re.compile(r'"sMsg"\s*:\s*"([^"]+)"'),
    re.compile(r'"(?:msg|retMsg|message|failure_reason|new_order_failure_reason)"\s*:\s*"([^"]+)"'),
    re.compile(r'"error"\s*:\s*\[?\s*"([^"]+)"'),
)
_KINDS = (
    (
        "market_closed",
        r"market is closed|cancel_only|post_only mode|trading.{0,20}(suspend|disabl)",
    ),
    ("no_funds", r"insufficient|not enough (balance|funds)|exceed.{0,20}balance"),
    ("reduce_only", r"reduce.?only|positions? to reduce"),
    ("would_take", r"post.?only|immediately match|limit.?maker"),
    ("would_trigger", r"trigger immediately|immediately trigger|stop price.{0,20}(higher|lower)"),
    ("too_many_orders", r"max_num|orders limit|max (open|stop) order|too many (open )?orders"),
    ("price_far_off", r"percent_price|price (limit|range)|price can't be (higher|lower)"),
    (
        "below_minimum",
        r"notional|minimum|lower limit|too small|below.?min|min.?(size|amount|value)",
    ),
    (
        "above_maximum",
        r"maximum(?! defined)|upper limit|too large|above.?max|max.?(size|amount|value|pos|quant)",
    ),
    (
        "off_step",
        r"lot.?size|price_filter|tick|decimals|precision|multiple|\bsteps?\b|arguments:vol",
    ),
)
_PATTERNS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _KINDS)


def kind_of(text: str) -> str:
    """The key of a text that says why, or nothing where the words are new to us."""
    said = words_of(text)
    return next((kind for kind, pattern in _PATTERNS if pattern.search(said)), "")


def words_of(text: str) -> str:
    """The exchange's own words out of an answer of its, short."""
    found = (pattern.search(text) for pattern in _SAID)
    said = next((each[1] for each in found if each), text)
    return " ".join(said.split())[:_LONGEST].rstrip(" .")


def reason(kind: str, text: str) -> str:
    """What is kept of a refusal: its kind and the exchange's words, or what of both there is."""
    words = words_of(text)
    return f"{kind}: {words}" if kind and words else kind or words
