"""What Discord's clients make of a text: what is read, and what can be clicked.

Written from the documented rules, apart from the adapter's escaping, which it judges.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(r"```(?:[a-z0-9_+\-.#]*\n)?\n*(.+?)\n*```", re.DOTALL)
_CODE = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_CLICKABLE = re.compile(
    r"<@[!&]?\d+>|<#\d+>|</[^:>]+:\d+>|<a?:\w+:\d+>|<t:-?\d+(?::[tTdDfFR])?>|<id:\w+>"
    r"|@everyone|@here|<(?:https?|steam|discord)://[^\s>]+>|(?:https?|steam|discord)://[^\s<]+"
    r"|(?:discord\.gg|discord(?:app)?\.com/invite)/\w+|:[a-z0-9_+-]+:"
)
_LINK = re.compile(r"\[([^\]]+)\]\(\s*(<?[^\s)]+>?)[^)]*\)")
_MARKS = ("***", "**", "__", "~~", "||", "*", "_")
_LINE = re.compile(r"(?:>>> |> |#{1,3} |-# |[ \t]*[-*] |[ \t]*\d+\. )")


def read(text: str) -> tuple[str, list[str]]:
    """The words as they are seen, and what leads somewhere or calls somebody."""
    seen: list[str] = []
    clickable: list[str] = []
    place = 0
    starts_line = True
    while place < len(text):
        if starts_line and (mark := _LINE.match(text, place)):
            place = mark.end()
            starts_line = False
            continue
        starts_line = False
        if found := _BLOCK.match(text, place) or _CODE.match(text, place):
            seen.append(found[found.lastindex or 0])
        elif found := _ESCAPE.match(text, place):
            seen.append(found[1])
        elif found := _LINK.match(text, place):
            inner, more = read(found[1])
            seen.append(inner)
            clickable += [found[2], *more]
        elif found := _CLICKABLE.match(text, place):
            seen.append(found[0])
            clickable.append(found[0])
        elif mark_text := _mark(text, place):
            end = _closing(text, place + len(mark_text), mark_text)
            inner, more = read(text[place + len(mark_text) : end])
            seen.append(inner)
            clickable += more
            place = end + len(mark_text)
            continue
        else:
            seen.append(text[place])
            starts_line = text[place] == "\n"
            place += 1
            continue
        place = found.end()
    return "".join(seen), clickable


def _mark(text: str, place: int) -> str:
    for mark in _MARKS:
        if text.startswith(mark, place) and _closing(text, place + len(mark), mark) > 0:
            return mark
    return ""


def _closing(text: str, start: int, mark: str) -> int:
    """Where the same mark stands again with something between; -1 where it does not."""
    place = start
    while place < len(text):
        if _ESCAPE.match(text, place):
            place += 2
        elif text.startswith(mark, place) and place > start:
            return place
        else:
            place += 1
    return -1
