"""No order reaches further than what was said: `i'm sick of avax, sell everything`.

An order over everything beside one instrument is narrowed to it or asked about, and what follows an
order and takes from it (`not btc though`, `maybe`) makes it a question, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bot.interpreter.phrases.doubts import ASKED
from bot.interpreter.phrases.pointing import is_mention, is_statement
from bot.interpreter.phrases.policies import MONEY, READS, SHOWN, TRADES
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.tokens import FIGURES, Token

_GUARDED = MONEY | {"halt", "stop", "unalert", "unschedule"}
_TAKES_BACK = frozenset({"NEVERMIND", "UNDECIDED", "HYPOTHESIS"})
_THINGS = ("symbol", "id", "aid", "sid", "leader", "strategy")


@dataclass(slots=True)
class Part:
    """A clause, what it came to, and the guarded families in it."""

    clause: list[Token]
    said: Said
    families: frozenset[str] = field(default_factory=frozenset)

    def is_mute(self) -> bool:
        """Whether it asks for nothing."""
        return not self.said.commands


def judged(parts: Sequence[Part], whole: Said) -> Said:
    """What the clauses come to together."""
    orders = [c for c in whole.commands if c.name in _GUARDED]
    if not orders:
        return _looked_at(parts, whole)
    parts = _without_statements(parts)
    kept = [c for part in parts for c in part.said.commands]
    whole.commands = [c for c in whole.commands if c in kept or c.name in _GUARDED]
    last = max(i for i, p in enumerate(parts) if any(c.name in _GUARDED for c in p.said.commands))
    behind = [p for p in parts[last + 1 :] if p.is_mute()]
    if any(p.families & _TAKES_BACK for p in behind):
        return Said(refused=True)
    if any(_takes_from(p, orders) for p in behind) or _is_levered_late(orders):
        return torn_apart(whole)
    if any(map(_is_for_real, parts)) and not any(t.isa("PAPER") for p in parts for t in p.clause):
        whole.commands = [_for_real(c) for c in whole.commands]
    return _within(parts, whole)


def _is_for_real(part: Part) -> bool:
    """`ok, real money this time`, said beside what is to run, and not `i've no real money`."""
    strange = sum(t.kind == "word" and not t.concepts for t in part.clause)
    asked = any(t.isa("QUESTION") for t in part.clause)
    real = any(t.isa("REALMONEY") for t in part.clause) and not asked
    return part.is_mute() and real and not strange and not part.families


def _for_real(command: CommandText) -> CommandText:
    if command.name != "run":
        return command
    return CommandText("run", {"mode": "live", **command.args})


def _looked_at(parts: Sequence[Part], whole: Said) -> Said:
    """`who bids on solana? show me the book`: what is looked at is the one thing spoken of."""
    named = {t.value for p in parts if p.is_mute() for t in p.clause if t.kind == "symbol"}
    command = whole.commands[-1] if len(whole.commands) == 1 else None
    if command is None or len(named) != 1 or whole.about != ["symbol"] or command.name not in SHOWN:
        return whole
    return Said([CommandText(command.name, {"symbol": named.pop(), **command.args})])


def torn_apart(said: Said) -> Said:
    """Orders of which something was taken back, nobody can tell what."""
    orders = [c for c in said.commands if c.name in MONEY]
    if not orders:
        return said
    about = dict.fromkeys([*said.about, *(ASKED[c.name] for c in orders)])
    bare = [CommandText(c.name, {}) if c.name in MONEY else c for c in said.commands]
    return Said(bare, list(about), said.refused, said.strange)


def _without_statements(parts: Sequence[Part]) -> list[Part]:
    """`my avax orders are stale, cancel them`: what is told of before an order asks for nothing."""
    return [
        Part(p.clause, Said(), p.families) if _is_told(p) and i + 1 < len(parts) else p
        for i, p in enumerate(parts)
    ]


def _is_told(part: Part) -> bool:
    return is_mention(part.clause, part.said) and is_statement(part.clause)


def _takes_from(part: Part, orders: Sequence[CommandText]) -> bool:
    """`close everything. not btc though`, `buy 3 eth. 4`."""
    named = any(t.kind in (*_THINGS, *FIGURES) for t in part.clause)
    short = sum(t.kind == "word" for t in part.clause) <= 2
    if "NEGATION" in part.families and (named or short):
        return True
    lapses = any(t.isa("CANCEL", "KILL") for t in part.clause)
    if lapses and any(t.isa("IF", "WHEN") for t in part.clause):
        return True  # `…, cancel if not filled in 1h`
    spares = any(t.isa("EXCEPT") for t in part.clause)
    figures = any(t.kind in FIGURES for t in part.clause)
    return named and (spares or figures or any(map(_is_over_all, orders)))


def _is_levered_late(orders: Sequence[CommandText]) -> bool:
    """`buy 0.1 btc perp. leverage 5`: an order goes at the leverage that holds when it goes."""
    return any(
        one.name in TRADES
        and then.name == "leverage"
        and one.args.get("symbol") == then.args.get("symbol")
        for one, then in combinations(orders, 2)
    )


def _is_over_all(command: CommandText) -> bool:
    args = command.args
    if command.name == "halt":
        return True
    return "all" in (args.get("order"), args.get("symbol"), args.get("strategy"), args.get("alert"),
                     args.get("schedule")) and args.get("symbol", "all") == "all"  # fmt: skip


def _within(parts: Sequence[Part], whole: Said) -> Said:
    """An order over everything where one instrument is spoken of beside it."""
    for place, part in enumerate(parts):
        wide = next((c for c in part.said.commands if _is_over_all(c)), None)
        if wide is None or wide not in whole.commands:
            continue
        # `avax orders must go. cancel all`: the same once more, or more than that.
        spoken = [p for p in parts[:place] if _only_reads(p) or _is_narrower(p, wide)] + [part]
        things = (t for p in spoken for t in p.clause if t.kind == "symbol" and not t.isa("NOW"))
        named = list(dict.fromkeys(t.value for t in things))
        if not named:
            continue
        narrow = _narrowed(wide, named[0])
        others = [c for c in whole.commands if c is not wide]
        again = any(_is_narrower(p, wide) for p in spoken)
        if (
            len(named) == 1
            and narrow
            and wide.name == "cancel"
            and _of_orders(spoken)
            and not again
        ):
            whole.commands = [narrow if c is wide else c for c in whole.commands]
            continue
        if wide.name == "halt" and any(c.args.get("symbol") == named[0] for c in others):
            whole.commands = others  # `no more ada orders, cancel them all`
            continue
        asked = ASKED.get(wide.name, "symbol")
        whole.about += [] if asked in whole.about else [asked]
        whole.commands = [CommandText(c.name, {}) if c is wide else c for c in whole.commands]
        whole.readings = [narrow, wide] if narrow and len(named) == 1 and not others else []
    return whole


def _only_reads(part: Part) -> bool:
    return all(c.name in READS for c in part.said.commands)


def _is_narrower(part: Part, wide: CommandText) -> bool:
    return any(c.name == wide.name and "symbol" in c.args and c != wide for c in part.said.commands)


def _of_orders(parts: Sequence[Part]) -> bool:
    return any(t.isa("ORDER", "ORDERS") for p in parts for t in p.clause)


def _narrowed(command: CommandText, symbol: str) -> CommandText | None:
    """The same of one instrument alone."""
    if command.name in {"cancel", "close", "unalert"}:
        return CommandText(command.name, {**command.args, "symbol": symbol})
    if command.name == "halt":
        return CommandText("cancel", {"order": "all", "symbol": symbol})
    return None
