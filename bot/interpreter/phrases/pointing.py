"""What a pronoun of one clause stands for: the thing that an earlier clause speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.interpreter.phrases.asides import is_subject
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.tokens import FIGURES, Clause, Token, entity, is_infinitive
from bot.interpreter.phrases.vocabulary import phraseset, wordset
from bot.interpreter.phrases.vocabulary.concepts import VERBS

THINGS = ("symbol", "leader", "strategy", "id", "aid")
_OF_LEADERS = ("FOLLOW", "UNFOLLOW", "SUBSCRIBE", "UNSUBSCRIBE", "REVIEW")
_OF_STRATEGIES = ("RUN", "STOP", "BACKTEST", "OPTIMIZE", "EXPORT", "PUBLISH")
_OF_IDS = ("CANCEL", "KILL", "CHANGE", "WHY", "SNOOZE", "REMOVE")
_OBJECTS = wordset("le la les l'")
# `montre-moi sa fiche`.
_OWNED = ("SIZE", "LIMITW", "PROFILE", "PRICE", "CHART", "BOOK", "PNL", "ORDERS", "FILL")
_ALWAYS = phraseset("it, them, ca, celui-ci, on it, on there, dessus, la-dessus")
_ALL_OF_IT = phraseset("""
    the lot, the whole lot, all of it, it all, them all, all of them, the whole thing, all that,
    all this, the bunch, every one of them, le lot, l'ensemble, tout ca
""")
_HOLDINGS = wordset("position holding stake bag ligne")
_NAMES_A_THING = wordset("""
    ALL EVERYTHING POSS OF ON FOR OPENW <status> ORDER ORDERS ALERTN ALERTS POSITION STRATEGY
    STRATEGIES SCHEDULES
""")
_UNDOING = (
    ("UNFOLLOW", "leader"),
    ("UNSUBSCRIBE", "leader"),
    ("UNWATCH", "symbol"),
    ("CANCEL", "id"),
)
_ITS_SIZE = frozenset({"its size", "sa taille"})
_HE = wordset("il elle ils elles")
_HANGING = _OBJECTS | {"lui", "leur"}
_SUBJECTS = wordset("je tu on nous vous")
_ENDS_A_NOUN = ("OF", "FROM", "ON", "NOW", "AT", "WITH", "ALL", "EVERYTHING")
_COPULAS = wordset("is are est sont was were")
# What asks for a reading, where a mere mention only says what the next clause is about.
_ASKS = wordset("""
    SHOW HOWMUCH QUESTION PRICE CHART BOOK WHERE HOWIS GET PNL FILL WHO PROFILE BALANCE REPORT
    WATCHLIST RISK HELP
""")
_MENTIONED = wordset("positions price orders leader strategy following alert alerts strategies")


def is_mention(clause: Sequence[Token], said: Said) -> bool:
    """`j'ai des Safran, protège-les`: what is spoken of here is done something with next."""
    names = {command.name for command in said.commands}
    idle = bool(said.about) and not any(t.isa("QUESTION", "SHOW") for t in clause)
    asked = not idle and any(t.isa(*_ASKS) for t in clause)
    if idle and names == {"stop"}:
        return is_subject(clause[0]) or all(
            t.isa("STOP", "FILLER", "NOW") or t.kind == "mark" for t in clause
        )
    return bool(names) and names <= _MENTIONED and not asked


def is_idle(said: Said) -> bool:
    """`stop! halt trading`: half a command that means nothing where a whole one follows."""
    return bool(said.about) and all(command.name != "alert" for command in said.commands)


def is_statement(clause: Sequence[Token]) -> bool:
    """`my avax orders are stale`: somebody tells of it."""
    strange = any(t.kind == "word" and not t.concepts and len(t.text) > 1 for t in clause)
    return is_subject(clause[0]) or strange or any(t.text in _COPULAS for t in clause)


def pointed(clause: Clause, spoken: Sequence[Token]) -> Clause:
    """`xrp bores me, take it off my list`: the one thing spoken of stands for `it`."""
    kind = _kind(clause, spoken)
    things = list({t.value: t for t in spoken if t.kind == kind}.values())
    if not things or any(t.kind == kind for t in clause):
        return clause
    for index, token in enumerate(clause):
        if token.isa("THESE") and len(things) == int(token.text.split()[1]):
            return [*clause[:index], *(_at(t, token) for t in things), *clause[index + 1 :]]
    if len(things) > 1:
        return clause
    for index in range(len(clause)):
        read = _standing(clause, index, kind, things[0])
        if read is not None:
            return read
    return clause


def _standing(clause: Clause, index: int, kind: str, thing: Token) -> Clause | None:
    """The clause with the thing for a pronoun at this place; None where none stands there."""
    token, before, behind = clause[index], clause[:index], clause[index + 1 :]
    at = _at(thing, token)
    if token.text == "les" and behind and behind[0].kind == "number":
        return [*before, behind[0], at, *behind[1:]]  # `vends les 35 que j'ai`
    if token.kind == "number" and kind == "symbol" and behind and behind[0].isa("SHARES"):
        return [*before, token, behind[0], _at(thing, behind[0]), *behind[1:]]  # `mes 22 titres`
    if token.text in {"en", "y"} and _is_of_a_verb(clause, index):
        return _partly(clause, index, thing)
    if token.text in _OBJECTS and _precedes_its_verb(clause, index):
        return [*before, behind[0], at, *behind[1:]]
    if _is_pronoun(clause, index):
        return [*before, at, *behind]
    if (token.isa("HIS") or token.text == "its") and behind and behind[0].isa(*_OWNED):
        return [*before, token, behind[0], _at(thing, behind[0]), *behind[1:]]
    if kind == "id" and token.text in _ITS_SIZE:
        return [*before, replace(token, concepts=frozenset({"SIZE"})), at, *behind]
    holds = _holds_its_pronoun(token, kind) or (kind == "symbol" and token.text in _HOLDINGS)
    return [*before, token, at, *behind] if holds else None


def all_of_it(clause: Clause, spoken: Sequence[Token]) -> Clause:
    """`i'm sick of avax, dump the lot`: all of the one instrument spoken of."""
    things = list({t.value: t for t in spoken if t.kind == "symbol"}.values())
    if len(things) != 1 or any(t.kind == "symbol" for t in clause):
        return clause
    for index, token in enumerate(clause):
        if token.text in _ALL_OF_IT:
            every = replace(token, concepts=frozenset({"ALL"}))
            return [*clause[:index], every, _at(things[0], token), *clause[index + 1 :]]
    return clause


def spoken_of(before: CommandText) -> tuple[Token, ...]:
    """The instruments that a command of an earlier turn names."""
    named = before.args.get("symbol") or before.args.get("symbols") or ()
    symbols = [named] if isinstance(named, str) else named
    return tuple(entity("symbol", str(symbol), 0, 0, str(symbol)) for symbol in symbols)


def leveraged(clause: Clause, spoken: Sequence[Token]) -> Clause:
    """`show btc perp and set its leverage to 5`: of the perpetual spoken of, where that is one."""
    place = next((i for i, t in enumerate(clause) if t.isa("LEVERAGE")), None)
    things = list({t.value: t for t in spoken if t.kind == "symbol" and ":" in t.value}.values())
    if place is None or not things or any(t.kind == "symbol" for t in clause):
        return clause
    end = clause[place].end
    of_it = things[0] if len(things) == 1 else Token("word", "perp", 0, 0, frozenset({"PERPW"}))
    return [*clause[: place + 1], replace(of_it, start=end, end=end), *clause[place + 1 :]]


def fronted(before: Sequence[Token], clause: Clause) -> Clause:
    """`all the strategies, please stop them`: what is named first and then pointed at."""
    named = [t for t in before if not t.isa("FILLER", "REQ") or t.value]
    if named and named[0].isa("IT") and len(named) > 1:
        named = named[1:]  # `that bnb order`
    nouns = bool(named) and all(t.value or t.isa(*_NAMES_A_THING) for t in named)
    place = next((i for i in range(len(clause)) if _is_pronoun(clause, i)), None)
    verb = clause[-1]
    if nouns and place is None and verb.isa("CANCEL") and _OBJECTS & set(verb.text.split()):
        place = len(clause)  # `tu me les annules`
        clause = [*clause, verb]
    if not nouns or place is None or not any(t.isa(*VERBS) for t in clause[:place]):
        return clause
    moved = [_at(t, clause[place]) for t in named if t.kind != "mark"]
    return [*clause[:place], *moved, *clause[place + 1 :]]


def of_a_kind(before: Sequence[Token], clause: Clause) -> Clause:
    """`my sol orders are rubbish, bin them`: the instrument's orders, and no less than all."""
    noun = next((t for t in before if t.isa("ORDERS", "ALERTS") and t.text.endswith("s")), None)
    place = next((i for i, t in enumerate(clause) if t.kind == "symbol"), None)
    if noun is None or place is None or any(t.isa("ORDERS", "ALERTS", "POSITION") for t in clause):
        return clause
    if not any(t.isa("CANCEL", "KILL", "REMOVE", "DUMP") for t in clause[:place]):
        return clause
    return [*clause[: place + 1], _at(noun, clause[place]), *clause[place + 1 :]]


def undone(spoken: Sequence[Token], clause: Clause) -> Clause:
    """`i'm so done with @fusee, unfollow`: the one thing spoken of is what is undone."""
    meant = [t for t in clause if not t.isa("FILLER", "REQ", "NOW") and t.kind != "mark"]
    kind = next((kind for verb, kind in _UNDOING if len(meant) == 1 and meant[0].isa(verb)), "")
    things = list({t.value: t for t in spoken if t.kind == kind}.values())
    return [*clause, _at(things[0], clause[-1])] if len(things) == 1 else clause


def _holds_its_pronoun(token: Token, kind: str) -> bool:
    """`veux plus le copier`."""
    verb = token.isa("UNFOLLOW", "UNSUBSCRIBE") if kind == "leader" else token.isa("UNWATCH")
    return verb and not _OBJECTS.isdisjoint(token.text.split()[1:-1])


def _kind(clause: Clause, spoken: Sequence[Token]) -> str:
    """What kind of thing the verb is said of."""
    if {t.kind for t in spoken} == {"id"}:
        return "id"  # `l'ordre 99 : mets-le à 1020`
    leaders = any(t.kind == "leader" for t in spoken)
    if any(t.isa(*_OF_LEADERS) or (leaders and t.isa("PROFILE")) for t in clause):
        return "leader"
    if any(t.kind == "id" for t in spoken) and any(
        t.isa("SIZE", "LIMITW") or t.text in _ITS_SIZE for t in clause
    ):
        return "id"  # `cut its quantity to 3`
    for token in clause:
        if token.isa("SNOOZE") and any(t.kind == "aid" for t in spoken):
            return "aid"
        if token.isa(*_OF_STRATEGIES) and not token.isa("STOPW"):
            return "strategy"
        if token.isa(*_OF_IDS) and any(t.kind == "id" for t in spoken):
            return "id"
        if token.isa(*VERBS):
            return "symbol"
    return "symbol"


def _at(thing: Token, place: Token) -> Token:
    ordered = thing.kind == "id" and not thing.isa("ALERTN", "ALERTS", "SCHEDULES")
    concepts = thing.concepts | {"ORDER"} if ordered else thing.concepts
    return replace(thing, start=place.start, end=place.end, concepts=concepts)


def _is_of_a_verb(clause: Clause, index: int) -> bool:
    """`vends-en 10`, `faut en vendre 10`; not `en paper`."""
    token = clause[index]
    before = clause[index - 1] if index else None
    if token.hangs or (before is not None and before.text in {"j'", "m'", "t'"}):
        return True
    figure = index + 1 < len(clause) and clause[index + 1].of(*FIGURES)
    spaced = before is not None and before.isa("BUY", "SELL", "DUMP") and figure
    return spaced or (token.text == "en" and _precedes_its_verb(clause, index))


def _precedes_its_verb(clause: Clause, index: int) -> bool:
    """`le copier`, `en vendre`, `je les vends`; `l'achat` is a noun."""
    verb = clause[index + 1] if index + 1 < len(clause) else None
    if verb is None or not verb.isa(*VERBS):
        return False
    finite = index > 0 and clause[index - 1].text in _SUBJECTS
    return finite or is_infinitive(verb)


def _partly(clause: Clause, index: int, thing: Token) -> Clause:
    """`en` counts what its figure counts, or is what a part is taken of; `y` is where it goes."""
    rest = [*clause[:index], *clause[index + 1 :]]
    place = next((i for i in range(index, len(rest)) if rest[i].of(*FIGURES)), None)
    pronoun = clause[index]
    at = _at(thing, pronoun)
    if place is None:
        return [*clause[:index], at, *clause[index + 1 :]]
    behind = replace(rest[place], start=rest[place].end, kind="word", value="")
    if pronoun.text == "y":
        at = entity("symbol", thing.text, behind.end, behind.end, thing.value)
        return [*rest[: place + 1], _word("sur", "ON", behind), at, *rest[place + 1 :]]
    if rest[place].of("percent", "fraction"):
        of = [_word("de", "OF", behind), _word("mes", "POSS", behind)]
        return [*rest[: place + 1], *of, at, *rest[place + 1 :]]
    return [*rest[: place + 1], at, *rest[place + 1 :]]


def _word(text: str, concept: str, at: Token) -> Token:
    return replace(at, text=text, concepts=frozenset({concept}))


def _is_pronoun(clause: Clause, index: int) -> bool:
    """`it`, `them`; `le` and `les` where they hang on a verb, or no noun follows them."""
    token = clause[index]
    if token.text in _HE and index and clause[index - 1].isa("IF", "WHEN"):
        return True  # `préviens-moi s'il passe 3000`
    if token.text in _ALWAYS or (token.hangs and token.text in _HANGING):
        return True
    behind = clause[index + 1] if index + 1 < len(clause) else None
    alone = behind is None or behind.kind == "mark" or behind.isa(*_ENDS_A_NOUN)
    return token.text in _OBJECTS - {"l'"} and index > 0 and alone
