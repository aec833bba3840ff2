"""The limits in force, by rule and by what they are set for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from engine.domain.limits import DESK, Limit, Scope


class Limits:
    """Mutable inside the kernel, changed only by what the journal says."""

    __slots__ = ("_by_rule",)

    def __init__(self, opening: Mapping[str, Decimal]) -> None:
        """`opening`: figures that hold for the whole desk until somebody sets them."""
        self._by_rule: dict[str, dict[Scope, Limit]] = {
            rule: {DESK: Limit(value)} for rule, value in opening.items()
        }

    def set(self, rule: str, scope: Scope, limit: Limit | None) -> None:
        """Put a limit in force, or take it away with None."""
        if limit is not None:
            self._by_rule.setdefault(rule, {})[scope] = limit
        elif rule in self._by_rule:
            self._by_rule[rule].pop(scope, None)

    def at(self, rule: str, scope: Scope) -> Limit | None:
        """What was set for exactly this."""
        return self._by_rule.get(rule, {}).get(scope)

    def applying(self, rule: str, scopes: Iterable[Scope]) -> Iterator[tuple[Scope, Limit]]:
        """What was set for any of these, in their order."""
        found = self._by_rule.get(rule)
        if found:
            for scope in scopes:
                limit = found.get(scope)
                if limit is not None:
                    yield scope, limit

    def scopes(self, rule: str) -> tuple[Scope, ...]:
        """All that the rule has a limit for."""
        return tuple(self._by_rule.get(rule, ()))
