"""What a gateway session needs to go on after a restart, in a small file of the home."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import structlog

_log = structlog.get_logger(__name__)

_OFTEN = 5
_SPACING_MS = 5 * 60_000
_SIZE = 4_096
"""The file is one page, of which spaces are a part: one write takes the place of all of it."""


@dataclass(slots=True)
class Session:
    """The session at Discord: up to `sequence` all that came in it is committed here.

    `begun` are the moments, in UTC ms, at which the latest sessions were begun.
    """

    file: Path
    id: str = ""
    sequence: int = 0
    gateway: str = ""
    begun: list[int] = field(default_factory=list)
    _underway: set[int] = field(default_factory=set)

    @classmethod
    def load(cls, file: Path) -> Session:
        """The one that was kept, or a new one."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            kept = orjson.loads(file.read_bytes())
            return cls(
                file,
                str(kept["id"]),
                int(kept["sequence"]),
                str(kept["gateway"]),
                [int(at) for at in kept["begun"]],
            )
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return cls(file)

    def keep(self) -> None:
        """Write it, whole or not at all; without it, a restart begins a new session.

        It is written for every event, so in its place: to rename a new file over it, the file
        system would first bring that one to the disk.
        """
        kept = {
            "id": self.id,
            "sequence": self.sequence,
            "gateway": self.gateway,
            "begun": self.begun,
        }
        try:
            place = os.open(self.file, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.ftruncate(place, _SIZE)
                os.write(place, orjson.dumps(kept).ljust(_SIZE))
            finally:
                os.close(place)
        except OSError as error:
            _log.warning("session_not_kept", error=str(error))

    def may_begin_at(self, now: int) -> int:
        """When a new session may be begun: after five quick ones, one in five minutes.

        Discord ends all sessions of a bot and its token where it begins a thousand in a day.
        """
        recent = [at for at in self.begun if now - _OFTEN * _SPACING_MS < at <= now]
        return now if len(recent) < _OFTEN else max(recent) + _SPACING_MS

    def began(self, name: str, sequence: int, gateway: str) -> None:
        """Discord has begun it, and says where it goes on."""
        self.id, self.sequence, self.gateway = name, sequence, gateway
        self._underway = set()
        self.keep()

    def underway(self, number: int) -> Callable[[], None]:
        """An event of that number is being taken in; the call says that it is committed.

        What lies behind the earliest that is not, would come again after a restart.
        """
        mine = self._underway
        mine.add(number)

        def passed() -> None:
            mine.discard(number)
            done = min(mine) - 1 if mine else number
            if mine is self._underway and done > self.sequence:
                self.sequence = done
                self.keep()

        return passed

    def begin(self, now: int) -> None:
        """A new session is begun now."""
        self.begun = [*self.begun, now][-_OFTEN:]
        self.id, self.sequence, self.gateway = "", 0, ""
        self.keep()
