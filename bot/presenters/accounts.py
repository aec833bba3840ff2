"""An account that may trade for real, in words: what it is, and how its keys are."""

from __future__ import annotations

from bot.credentials import AccountState
from bot.presenters.following import reason_words
from bot.voice import Voice

OLD_KEYS_MS = 90 * 86_400_000
"""Keys that are older than this should be changed."""


def mode_words(state: AccountState, voice: Voice) -> str:
    """Live or paper, and why it does not trade where it should."""
    if not state.is_decided:
        return voice.say("common.paper")
    live = voice.say("common.test" if state.meant.is_sandbox else "common.live")
    if not state.problem:
        return live
    reason = reason_words(state.problem, voice)
    return voice.say("accounts.live_but", live=live, reason=reason)


def keys_words(state: AccountState, now: int, voice: Voice) -> str:
    """Whether there are keys, how old they are, and what the venue last said of them."""
    if state.meant.has_login:
        return voice.say("accounts.keys.login")
    if state.meant.has_own_keys:
        return voice.say("accounts.keys.own")
    kept = state.keys
    if kept is None:
        return voice.say("accounts.keys.none")
    words = [
        voice.say(
            f"accounts.keys.{'bad' if kept.health.problem else 'good'}",
            age=voice.span((now - kept.entered_at) / 1000),
            checked=voice.ago((now - kept.health.at) / 1000),
            problem=_problem(kept.health.problem, voice),
        )
    ]
    rights = kept.health.rights
    if rights is not None and rights.is_bound is not True and not kept.is_sandbox:
        words.append(voice.say("accounts.keys.unbound"))
    if rights is not None and rights.against_contracts and state.meant.has_perpetuals:
        words.append(voice.say(f"accounts.keys.against_contracts.{rights.against_contracts}"))
    if now - kept.entered_at > OLD_KEYS_MS:
        words.append(voice.say("accounts.keys.old"))
    if kept.is_sandbox:
        words.append(voice.say("accounts.keys.sandbox"))
    return " · ".join(words)


def _problem(problem: str, voice: Voice) -> str:
    return voice.say(f"accounts.problem.{problem}") if problem else ""
