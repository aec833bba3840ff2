"""The app's home: what stands before somebody now, card under card."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.slack.render import Json, Sealed, Words, rendered, small
from bot.card import Card

_BLOCKS = 95
"""A view may hold a hundred blocks."""


def home(cards: Sequence[Card], conversation: str, sealed: Sealed) -> Json:
    """A view with these cards; what has no room is named by the commands that show it."""
    blocks: list[Json] = []
    for card in cards:
        shown = [block for block in _blocks(card, conversation, sealed) if block]
        if len(blocks) + len(shown) > _BLOCKS:
            blocks.append({"type": "context", "elements": [small("… /outcry help")]})
            break
        blocks += [*([{"type": "divider"}] if blocks else []), *shown]
    named = [
        {**block, "block_id": f"{place}.{block['block_id']}"} if "block_id" in block else block
        for place, block in enumerate(blocks)
    ]
    return {"type": "home", "blocks": named}


def _blocks(card: Card, conversation: str, sealed: Sealed) -> list[Json]:
    payloads = rendered(card, conversation, sealed)
    return [block for each in payloads if isinstance(each, Words) for block in each.blocks]
