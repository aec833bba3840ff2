"""Which rows are said together: several pieces of news of one subject, or too many at once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.message import OutgoingMessage, Priority

OLD_MS = 600_000
"""News that could not be told for so long goes on one card with all that waits for its reader."""
DIGEST_FROM = 6
"""So many subjects waiting for one reader become one card."""
DIGEST_LINES = 25


def joined(
    row: OutgoingMessage, company: Sequence[OutgoingMessage], now: int
) -> Sequence[OutgoingMessage]:
    """Those of the company (same reader, same lane, oldest first) that go with a row.

    Only news is joined, never what is urgent, nor what may be there already.
    """
    if row.priority is Priority.URGENT or not _is_news(row):
        return ()
    news = [other for other in company if _is_news(other)]
    if is_missed(row, now):
        return _lines([other for other in news if is_missed(other, now)], row)
    if _is_old(row, now):
        return _lines(news, row)
    subjects = {_subject(other) for other in (row, *news)}
    if len(subjects) >= DIGEST_FROM:
        return _lines(news, row)
    return [other for other in news if _subject(other) == _subject(row)]


def is_missed(row: OutgoingMessage, now: int) -> bool:
    """Whether an alert is too old to be told as if it were fresh."""
    return row.priority is Priority.ALERT and _is_old(row, now)


def _is_old(row: OutgoingMessage, now: int) -> bool:
    return row.created_at < now - OLD_MS


def _lines(news: Sequence[OutgoingMessage], row: OutgoingMessage) -> Sequence[OutgoingMessage]:
    """As many as one card has lines for; more news of one subject costs no line."""
    subjects = {_subject(row)}
    taken = []
    for other in news:
        subject = _subject(other)
        if subject not in subjects and len(subjects) >= DIGEST_LINES:
            continue
        subjects.add(subject)
        taken.append(other)
    return taken


def _is_news(row: OutgoingMessage) -> bool:
    return row.sequence > 0 and row.card is None and not row.part and not row.is_unsure


def _subject(row: OutgoingMessage) -> str:
    return row.subject or row.key
