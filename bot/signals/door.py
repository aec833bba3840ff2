"""Takes signals in: each becomes a message of its hook, committed once, answered in its turn."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from bot.hooks import Hook, HookDoor, Mandate, Signal
from bot.message import InboundMessage
from bot.ports.people import People
from bot.ports.platforms import Incoming
from bot.signals.registry import HookRegistry
from engine.ports.system import Clock

MOST_A_MINUTE = 30
"""Signals that one hook may send."""
_A_MINUTE_MS = 60_000
SIGNAL = TypeAdapter(Signal)


class SignalDoor(HookDoor):
    """What the connector's routes call."""

    def __init__(
        self, registry: HookRegistry, incoming: Incoming, people: People, clock: Clock
    ) -> None:
        self._registry = registry
        self._incoming = incoming
        self._people = people
        self._clock = clock
        self._taken: dict[str, list[int]] = {}

    async def by_secret(self, secret: str) -> Hook | None:
        """The hook whose secret that is."""
        return await self._registry.by_secret(secret) if secret else None

    async def signed(self, name: str) -> tuple[Hook, Sequence[bytes]] | None:
        """A hook that takes signatures, and the keys that hold now."""
        return await self._registry.signed(name)

    async def receive(self, hook: Hook, signal: Signal) -> bool:
        """Commit it, once; False where the hook says too much. Raises StoreUnavailable."""
        now = self._clock.now_ms()
        taken = [at for at in self._taken.get(hook.name, ()) if at > now - _A_MINUTE_MS]
        if len(taken) >= MOST_A_MINUTE:
            return False
        self._taken[hook.name] = [*taken, now]
        conversation = await self._where(hook)
        await self._incoming.receive(
            InboundMessage(
                platform=conversation.partition(":")[0],
                update_id=f"hook:{hook.name}:{signal.key}",
                conversation=conversation,
                # Never the owner's: what a hook says is not among the words that they said.
                sender=f"hook:{hook.name}",
                sender_name=hook.name,
                text=SIGNAL.dump_json(signal).decode(),
                received_at=now,
                hook=hook.name,
            )
        )
        return True

    async def _where(self, hook: Hook) -> str:
        """Where it is posted, or where its owner was last heard in private."""
        owner = await self._people.get(hook.owner)
        if hook.mandate is Mandate.POST or owner is None or not owner.home_conversation:
            return hook.conversation
        return owner.home_conversation
