"""What a command of looser words cannot heed: `stop all strategies except sma-cross`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.interpreter.phrases.doubts.words import afterwards
from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.tokens import FIGURES, Token

_NEVER_HEEDED = ("EXCEPT", "LATER", "IF", "OR", "LEVERAGE")
_UNHEEDED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "run": (
        (*_NEVER_HEEDED, "WHEN", "EVERYTHING", "ALLIN"),
        ("leader", "indicator", "id", "aid", "sid", "file", "percent", "fraction"),
    ),
    "follow": ((*_NEVER_HEEDED, "WHEN"), ("symbol", "strategy", "indicator", "id", "aid")),
    "publish": ((*_NEVER_HEEDED, "WHEN"), ("symbol", "leader", "indicator", "id")),
    **dict.fromkeys(("subscribe", "unsubscribe"), ((*_NEVER_HEEDED, "WHEN"), ("indicator",))),
    # `stop @alice at 20% loss`
    "unfollow": ((*_NEVER_HEEDED, "WHEN"), ("indicator", "percent", "money", "fraction")),
    **dict.fromkeys(("stop", "unalert", "unwatch", "unschedule"), (_NEVER_HEEDED, ())),
    "resume": ((*_NEVER_HEEDED, "WHEN"), ("duration", "clock", "period")),
}
# Of these only one is taken; a strategy may run on several instruments, where no sum is shared.
_ONE_OF: Mapping[str, tuple[str, ...]] = {
    "run": ("strategy", "symbol"),
    "follow": ("leader",),
    "publish": ("strategy",),
}


def out_of_place(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """What a command of looser words cannot heed: `stop all strategies except sma-cross`."""
    concepts, kinds = _UNHEEDED.get(name, ((), ()))
    for index, token in enumerate(clause):
        lasts = token.of("duration", "timeframe") and index and clause[index - 1].isa("FOR")
        # What is to be over before a holiday is over at once.
        early = not kinds and token.text.startswith(("before", "avant"))
        if (token.isa(*concepts) and not early) or token.of(*kinds) or (name == "run" and lasts):
            yield token
    if kinds:
        reserved = next((i for i, t in enumerate(clause) if t.text in {"but", "mais"}), len(clause))
        term = any(t.of(*FIGURES) for t in clause[reserved:])
        yield from () if term else clause[reserved:]  # `but wait for my signal`
        yield from afterwards(clause)
        yield from (t for t in clause if t.of("period", "dates"))


def one_too_many(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """`follow @bob and @al with 200`: each with so much, or both together."""
    for kind in _ONE_OF.get(name, ()):
        named = [t for t in clause if t.kind == kind]
        shared = kind != "symbol" or "amount" in draft
        yield from named[1:] if shared and len({t.value for t in named}) > 1 else ()
