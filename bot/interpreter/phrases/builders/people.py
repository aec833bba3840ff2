"""The arguments of what is done with leaders and members."""

from __future__ import annotations

from decimal import Decimal

from bot.arguments.folding import fold
from bot.arguments.numbers import plain
from bot.interpreter.phrases.builders.shared import chosen, said
from bot.interpreter.phrases.scenes import Draft, Scene, plain_value
from bot.interpreter.phrases.vocabulary import values, wordset

# What stands between the stars and what is said of the leader.
_LEADS_IN = wordset("""
    with avec and et because car saying comment commentaire text as for pour texte note parce que /5
    sur 5 stars etoiles
""")


def follow(scene: Scene) -> list[Draft]:
    """A leader, a capital or a ratio, and a limit to the loss."""
    draft: Draft = {}
    token = scene.first("leader")
    if token:
        draft["leader"] = token.value
    for index, figure in enumerate(scene.tokens):
        if figure.kind in {"number", "money", "percent", "fraction", "times"}:
            ratio = _one_to_one(scene, index)
            if ratio is not None:
                draft["ratio"] = ratio
                break
            if _of_cash(scene, index):
                continue
            name, value = _followed(scene, index)
            draft.setdefault(name, value)
    if scene.has("DOUBLE") and not {"amount", "ratio"} & draft.keys():
        draft["ratio"] = "2"
    of_cash = scene.has("BALANCE", "TOPUP", "MOOLA")
    if scene.has("HALVE") and not of_cash and not {"amount", "ratio"} & draft.keys():
        draft["ratio"] = "0.5"
    return [draft]


def _of_cash(scene: Scene, index: int) -> bool:
    """`with half my cash`: a share of what is free, and none of the leader's size."""
    return any(t.isa("BALANCE", "TOPUP", "MOOLA") for t in scene.after(index, 3))


def _one_to_one(scene: Scene, index: int) -> str | None:
    """`1:2`: the ratio of both sizes."""
    behind = scene.after(index, 2)
    colon = len(behind) == 2 and behind[0].text == ":" and behind[1].kind == "number"
    other = Decimal(behind[1].value) if colon else Decimal(0)
    if scene.tokens[index].kind != "number" or not other:
        return None
    return plain(round(Decimal(scene.tokens[index].value) / other, 4))


def _followed(scene: Scene, index: int) -> tuple[str, str]:
    token = scene.tokens[index]
    near = [*scene.before(index, 4), *scene.after(index, 3)]
    if token.kind == "times":
        return "ratio", token.value
    if token.kind == "fraction":
        return "ratio", plain(round(Decimal(token.value), 4))
    if token.kind == "percent":
        if any(t.isa("RATIO", "HIS") for t in scene.after(index, 3)) and not any(
            t.isa("MAXDD") for t in near
        ):
            return "ratio", plain(Decimal(token.value.rstrip("%")) / 100)
        return "max_drawdown", token.value
    if token.kind == "money":
        return "amount", plain_value(token)
    if any(t.isa("MAXDD") for t in scene.before(index, 3)):
        return "max_drawdown", f"{token.value}%"
    if any(t.isa("RATIO") for t in [*scene.after(index, 2), *scene.before(index, 2)]):
        return "ratio", token.value
    small = Decimal(token.value) < 1
    return ("ratio" if small else "amount"), token.value


def review(scene: Scene) -> list[Draft]:
    """A leader, one to five stars, and the words after them."""
    draft: Draft = {}
    leader = scene.first("leader")
    number = scene.first("number")
    if leader:
        draft["leader"] = leader.value
    if number:
        draft["stars"] = number.value
    elif any(t.text in {"star", "etoile"} for t in scene.that("STARS")):
        draft["stars"] = "1"
    ends = [
        t.end
        for t in scene.tokens
        if t is leader
        or t is number
        or (t.isa("STARS") and (number is None or t.start - number.end < 4))
    ]
    text = scene.tail(max(ends)) if ends else ""
    words = text.split()
    while words and fold(words[0]).strip(":,") in {*_LEADS_IN, ""}:
        words = words[1:]
    if words:
        draft["text"] = " ".join(words)
    return [draft]


def role(scene: Scene) -> list[Draft]:
    """A member and what they become."""
    draft: Draft = {}
    member = scene.first("leader")
    if member:
        draft["member"] = member.value
    chosen_role = chosen(values.ROLES, said(scene))
    if chosen_role:
        draft["role"] = chosen_role
    return [draft]
