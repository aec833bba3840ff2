"""A hook's mandate in words, and its secret as its caller is to have it."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode

from bot.hooks import Hook, HookKind, Mandate
from bot.voice import Voice

_SIGNING_PREFIX = "whsec_"


def mandate_rows(hook: Hook, voice: Voice) -> tuple[tuple[str, str], ...]:
    """Every bound of it; what is not bounded is said to be so."""
    rows = [
        (voice.say("signal.does"), voice.say(f"signal.mandate.{hook.mandate.value}")),
        (voice.say("signal.symbols"), ", ".join(hook.symbols) or voice.say("signal.any")),
        (voice.say("signal.proof"), voice.say(f"signal.kind.{hook.kind.value}")),
    ]
    if hook.mandate is Mandate.POST:
        rows.append((voice.say("signal.where"), hook.conversation))
    if hook.mandate in {Mandate.PROPOSE, Mandate.TRADE}:
        rows.append((voice.say("signal.account"), hook.account))
        rows.append((voice.say("signal.size"), hook.size or voice.say("signal.size_said")))
    if hook.max_order is not None and hook.max_day is not None:
        rows.append((voice.say("signal.max_order"), voice.quantity(hook.max_order)))
        rows.append((voice.say("signal.max_day"), voice.quantity(hook.max_day)))
        rows.append((voice.say("signal.until"), voice.minute(hook.expires_at)))
    return tuple(rows)


def shown_secret(kind: HookKind, secret: str) -> str:
    """A secret as its caller is to have it: as it is, or as Standard Webhooks writes keys."""
    if kind is HookKind.TRADINGVIEW:
        return secret
    return _SIGNING_PREFIX + b64encode(signing_key(secret)).decode()


def signing_key(secret: str) -> bytes:
    """The bytes that sign."""
    return urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
