"""Discord's limits on a message: what is over them is refused with 50035."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.standins.discord.world import Json

FILE_BYTES, REQUEST_BYTES = 10_485_760, 26_214_400


class Refused(Exception):
    """An answer of the API that is no success."""

    def __init__(self, status: int, code: int, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


def message(data: Json, files: Sequence[tuple[str, bytes]]) -> None:
    """Refuse what Discord would refuse."""
    problems = [*_content(data, files), *_embeds(data.get("embeds") or []), *_rows(data)]
    if problems:
        raise Refused(400, 50035, f"Invalid Form Body: {', '.join(problems)}")


def _content(data: Json, files: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    content = data.get("content") or ""
    if len(content) > 2_000:
        yield "content is longer than 2000"
    if not (content.strip() or data.get("embeds") or files or data.get("components")):
        yield "empty message"
    if len(files) > 10 or sum(len(each) for _, each in files) > REQUEST_BYTES:
        yield "too many files"
    if any(len(each) > FILE_BYTES for _, each in files):
        yield "file too large"
    if len(str(data.get("nonce") or "")) > 25:
        yield "nonce is longer than 25"


def _embeds(embeds: list[Json]) -> Iterator[str]:
    if len(embeds) > 10:
        yield "more than 10 embeds"
    total = 0
    for embed in embeds:
        fields = embed.get("fields", [])
        texts = [
            (embed.get("title", ""), 256),
            (embed.get("description", ""), 4_096),
            (embed.get("footer", {}).get("text", ""), 2_048),
            *((each["name"], 256) for each in fields),
            *((each["value"], 1_024) for each in fields),
        ]
        total += sum(len(text) for text, _ in texts)
        yield from (f"a text is longer than {most}" for text, most in texts if len(text) > most)
        if len(fields) > 25:
            yield "more than 25 fields"
        if any(not each["name"].strip() or not each["value"].strip() for each in fields):
            yield "a field is empty"
    if total > 6_000:
        yield "embeds are longer than 6000 in all"


def _rows(data: Json) -> Iterator[str]:
    rows = data.get("components") or []
    names = [each["custom_id"] for row in rows for each in row["components"]]
    if len(rows) > 5 or len(set(names)) != len(names):
        yield "too many rows, or a custom_id twice"
    for row in rows:
        inner = row["components"]
        if not 1 <= len(inner) <= 5:
            yield "a row holds 1 to 5"
        for each in inner:
            if not 1 <= len(each["custom_id"]) <= 100:
                yield "custom_id has 1 to 100 letters"
            if each["type"] == 2 and not 1 <= len(each["label"]) <= 80:
                yield "a label has 1 to 80 letters"
            if each["type"] == 3:
                yield from _options(each["options"], len(inner))


def _options(options: list[Json], beside: int) -> Iterator[str]:
    values = [each["value"] for each in options]
    if beside > 1 or not 1 <= len(options) <= 25 or len(set(values)) != len(values):
        yield "a menu stands alone and has 1 to 25 options"
    if any(not 1 <= len(each["label"]) <= 100 or len(each["value"]) > 100 for each in options):
        yield "an option's label and value have at most 100 letters"


def commands(entries: list[Json]) -> None:
    """Refuse a set of commands that Discord would refuse."""
    problems = [problem for entry in entries for problem in _command(entry)]
    if len(entries) > 100 or len({each["name"] for each in entries}) != len(entries):
        problems.append("too many commands, or a name twice")
    if problems:
        raise Refused(400, 50035, f"Invalid Form Body: {', '.join(problems)}")


def _command(entry: Json) -> Iterator[str]:
    options = entry.get("options", [])
    for each in (entry, *options):
        texts = [each["description"], *(each.get("description_localizations") or {}).values()]
        if not all(1 <= len(text) <= 100 for text in texts):
            yield f"{entry['name']}: a description has 1 to 100 letters"
        if not 1 <= len(each["name"]) <= 32 or each["name"] != each["name"].lower():
            yield f"{entry['name']}: a name has 1 to 32 small letters"
    needs = [bool(each.get("required")) for each in options]
    if len(options) > 25 or needs != sorted(needs, reverse=True):
        yield f"{entry['name']}: 25 options, the needed ones first"
    for each in options:
        choices = each.get("choices", [])
        if len(choices) > 25 or (choices and each.get("autocomplete")):
            yield f"{entry['name']}: 25 choices, or completion"
    letters = [entry["name"], entry["description"]]
    for each in options:
        letters += [each["name"], each["description"]]
        letters += [text for choice in each.get("choices", []) for text in choice.values()]
    if sum(len(str(text)) for text in letters) > 8_000:
        yield f"{entry['name']}: 8000 letters in all"


def modal(data: Json) -> None:
    """Refuse a form that Discord would refuse."""
    rows = data["components"]
    inputs = [each for row in rows for each in row["components"]]
    if not (1 <= len(data["title"]) <= 45 and 1 <= len(rows) <= 5 and data["custom_id"]):
        raise Refused(400, 50035, "Invalid Form Body: title")
    if any(not 1 <= len(each["label"]) <= 45 for each in inputs):
        raise Refused(400, 50035, "Invalid Form Body: label")
