"""What keeps a clause from being the command that it sounds like."""

from __future__ import annotations

from itertools import pairwise

from bot.interpreter.phrases import guards as guarding
from bot.interpreter.phrases.nouns import names_a_side
from bot.interpreter.phrases.policies import (
    MONEY,
    READS,
    SWALLOW,
    TRADES,
    asks_to_act,
    contradicts,
    forbids,
    leads,
    opens_a_question,
    speaks_of_another,
    speaks_of_doing,
    verb_end,
)
from bot.interpreter.phrases.stoppages import is_no_halt, is_no_resume, is_no_stop
from bot.interpreter.phrases.tokens import FIGURES, Clause
from bot.interpreter.phrases.turn import Turn
from bot.interpreter.phrases.vocabulary import wordset

_COPULAS = wordset("is are est sont")


def is_held_back(turn: Turn, clause: Clause, name: str, sentence: frozenset[str]) -> bool:
    """Whether a clause is no such command, under the families that stand over its sentence."""
    mine = turn.families(clause, _guarded_end(clause, name))
    over = mine if name in SWALLOW or name == "alert" else sentence
    if forbids(name, mine, over) or (turn.pasted and name not in READS):
        return True
    if name in MONEY:
        return _is_no_order(turn, clause, name, over)
    return _is_misheard(turn, clause, name, mine)


def _guarded_end(clause: Clause, name: str) -> int | None:
    """Free text is not searched for guarded words."""
    if name == "design":
        return next((t.end for t in clause if t.isa("STRATEGY", "DESIGN")), None)
    if name == "review":
        return next((t.end for t in reversed(clause) if t.isa("STARS") or t.kind == "leader"), None)
    if name == "alert":
        return next((t.start for i, t in enumerate(clause) if i and t.isa("NOTE")), None)
    return None


def _is_no_order(turn: Turn, clause: Clause, name: str, sentence: frozenset[str]) -> bool:
    """What moves money is the person's own order, given now and with its verb in front."""
    folded, start, end = turn.plain.folded, clause[0].start, clause[-1].end
    by_another = guarding.third_person(folded[start : verb_end(name, clause)])
    if turn.plain.tricks or turn.alien or by_another:
        return True
    told = "PAST" in sentence or not any(t.isa("REQ") for t in clause)
    if told and any(map(turn.is_participle, clause)):
        return True  # `j'ai vendu 3 eth et acheté 20 sol`
    asks = any(t.isa("QUESTION") for t in clause) or opens_a_question(folded[start:end])
    return (
        (asks and not asks_to_act(clause))
        or contradicts(name, clause)
        or speaks_of_doing(name, clause, sentence)
        or speaks_of_another(name, clause)
        or not leads(name, clause)
        or (name == "leverage" and _is_of_no_margin(clause))
        or (name in TRADES and names_a_side(clause))
        or (name == "replace" and _is_of_a_new_order(clause))
    )


def _is_of_a_new_order(clause: Clause) -> bool:
    """`order 2 eth at 1800`: what is counted there is no order's number."""
    counts = any(a.kind == "id" and b.kind == "symbol" for a, b in pairwise(clause))
    return counts and not any(t.isa("CHANGE", "SWITCH", "INSTEAD") for t in clause)


def _is_of_no_margin(clause: Clause) -> bool:
    """`btc 10x` is no leverage of a coin, nor `my leverage on btc perp is 5` a wish for one."""
    named = any(t.isa("LEVERAGE") or (t.kind == "symbol" and ":" in t.value) for t in clause)
    told = any((a.text, b.text) == ("i", "set") for a, b in pairwise(clause))
    return not named or told or any(t.text in _COPULAS for t in clause)


def _is_misheard(turn: Turn, clause: Clause, name: str, families: frozenset[str]) -> bool:
    """What sounds like a command and is told, or is of something else."""
    if name == "backtest":
        return _wonders(clause)
    if name == "halt":  # `plus aucun ordre sur ada`
        named = any(t.kind == "symbol" for t in clause)
        return (named and any(t.isa("NOMORE") for t in clause)) or is_no_halt(turn, clause)
    if name == "resume":
        return is_no_resume(turn, clause)
    if name == "stop":
        return _moves_its_stop(clause) or is_no_stop(clause)
    if name == "balance":  # `je les ai soldés`
        return any(map(turn.is_participle, clause))
    if name == "positions":  # `the bot sold my sol??`
        return "PAST" in families
    if name == "risk":
        return _is_of_one(clause)
    # `nvidia results tonight` are the company's.
    return name == "pnl" and any(t.isa("LATER") for t in clause)


def _is_of_one(clause: Clause) -> bool:
    """`set alice max drawdown 20%` is a limit of one leader, and none of the desk."""
    rule = next((i for i, t in enumerate(clause) if t.isa("<rule>", "RISK")), len(clause))
    figures = any(t.of(*FIGURES) for t in clause)
    verb = next((i for i, t in enumerate(clause) if t.isa("SET", "PUT", "CHANGE", "MAKE")), rule)
    strange = any(t.kind == "word" and not t.concepts for t in clause[verb:rule])
    undoes = any(t.isa("CANCEL", "KILL") for t in clause[:rule])  # `cancel all orders above 2000`
    return figures and (strange or undoes or any(t.kind == "leader" for t in clause))


def _moves_its_stop(clause: Clause) -> bool:
    """`change the stop of sma-cross to 3%` does not stop it."""
    moved = next((i for i, t in enumerate(clause) if t.isa("CHANGE")), len(clause))
    level = next((i for i, t in enumerate(clause) if i > moved and t.isa("STOPW")), len(clause))
    named = any(t.kind == "strategy" for t in clause)
    return named and any(t.of(*FIGURES) for t in clause[level:])


def _wonders(clause: Clause) -> bool:
    """`what would happen if…` names no strategy."""
    asked = any(
        t.isa("BACKTEST") and t.text.startswith(("how", "what", "qu", "co", "ca")) for t in clause
    )
    return asked and not any(t.kind == "strategy" for t in clause)
