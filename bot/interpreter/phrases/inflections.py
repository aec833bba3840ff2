"""Forms of the phrases in the tables that the tables do not spell out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from bot.arguments.folding import fold
from bot.interpreter.phrases.tokens import spelled
from bot.interpreter.phrases.vocabulary.concepts import FORMS, LIGHT_VERBS, WANTS

Phrase = tuple[str, ...]


def phrases_of(table: str) -> Iterator[Phrase]:
    """The phrases of one concept, each as its folded words."""
    for phrase in table.replace("\n", " ").split(","):
        words = spelled(fold(phrase.strip()))
        if words:
            yield words


def elided(phrases: Iterable[Phrase]) -> Iterator[Phrase]:
    """`débarrasse-moi d'un tiers`, `sors du sol`, where a phrase ends with `de`."""
    for phrase in phrases:
        yield phrase
        if len(phrase) > 1 and phrase[-1] == "de":
            yield from ((*phrase[:-1], of) for of in ("d'", "du", "des"))


def conjugated(phrases: str) -> Iterator[str]:
    """`tu copies`, `copions`, where `copier` is in the table; what is a noun too stays one."""
    said = {word for phrase in phrases_of(phrases) if len(phrase) == 1 for word in phrase}
    for stem in (word[:-2] for word in said if word.endswith("er") and f"{word[:-2]}e" in said):
        yield f"tu {stem}es"
        yield f"tu me {stem}es"
        yield f"vous {stem}ez"
        yield f"{stem}ez"
        yield f"{stem}ons"


def inflected(phrases: str) -> Iterator[str]:
    """`mettre en veille`, `mettez en veille`, where `mets en veille` is in the table."""
    for first, *rest in phrases_of(phrases):
        regular = f"{first}r {first}z" if first.endswith("e") and len(first) > 3 else ""
        forms = FORMS.get(first, regular).split() if rest else []
        for form in forms:
            yield " ".join([form, *rest])
        if forms and rest[0] in {"moi", "toi"} and len(rest) > 1:
            # `déleste-moi de` is `me délester de`.
            yield " ".join(["me", forms[0], *rest[1:]])
            yield " ".join(["nous", forms[0], *rest[1:]])
            yield " ".join(["je me", first, *rest[1:]])
            if regular:
                yield " ".join([f"{first[:-1]}ons", "nous", *rest[1:]])


def to_come(phrases: str) -> Iterator[str]:
    """`quand il passera sous`, `s'ils passent sous`, where `passe sous` is in the table."""
    for first, *rest in phrases_of(phrases):
        for form in _third_persons(first):
            yield " ".join([form, *rest])


def _third_persons(verb: str) -> tuple[str, ...]:
    """Of a French verb in the third person: those of the future, and the plural."""
    if len(verb) < 4:
        return ()
    if verb.endswith("e"):
        return f"{verb}ra", f"{verb}ront", f"{verb}nt"
    if verb.endswith("eint"):
        return f"{verb[:-2]}ndra", f"{verb[:-2]}ndront", f"{verb[:-2]}gnent"
    if verb.endswith("it"):
        return f"{verb[:-1]}ra", f"{verb[:-1]}ront", f"{verb[:-1]}ssent"
    return (f"{verb}ra", f"{verb}ront", f"{verb}ent") if verb.endswith("d") else ()


def nominal(nouns: str) -> Iterator[str]:
    """`exécuter l'achat de`, `on part sur une vente de`: whatever is done with it, it is that."""
    articles, of = ("", "un", "une", "l'", "la"), ("de", "d'")
    verbs = LIGHT_VERBS.split(", ")
    for verb, article, noun, preposition in product(verbs, articles, nouns.split(), of):
        yield f"{verb} {article} {noun} {preposition}".replace("' ", "'")


def heralded(nouns: str) -> Iterator[str]:
    """`un petit message`, `passe-moi un coup de fil`, `fais un signe`: how somebody is told."""
    verbs = (
        "",
        "envoie moi",
        "fais moi",
        "passe moi",
        "donne moi",
        "mets moi",
        "lache moi",
        "je veux",
    )
    for verb, size, noun in product(verbs, ("", "petit", "petite"), nouns.split(", ")):
        article = "une" if noun.startswith(("notif", "alerte")) else "un"
        yield f"{verb} {article} {size} {noun}"


def no_longer(verbs: Sequence[str]) -> Iterator[str]:
    """`je veux plus le copier`: each of these verbs said with `plus`, and with a pronoun."""
    objects = ("", "le", "la", "les")
    for want, what, verb in product(WANTS.split(", "), objects, verbs):
        for who in ("", "je", "j'", "je ne", "je n'", "on", "on ne"):
            yield f"{who} {want} {what} {verb}"
