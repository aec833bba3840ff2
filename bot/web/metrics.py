"""GET /metrics: how the desk is, in the format that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot.message import Queue
from engine.desk import Vitals

_Name = TypeVar("_Name", bound=str)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(seen: Vitals, queues: Sequence[Queue]) -> bytes:
    """All figures of one moment."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Seen(seen, queues))
    return generate_latest(registry)


class _Seen(Collector):
    def __init__(self, seen: Vitals, queues: Sequence[Queue]) -> None:
        self._seen = seen
        self._queues = queues

    def describe(self) -> Iterable[Metric]:
        """Nothing before it is collected."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Each family, in a lasting order."""
        yield from self._counted()
        yield from self._standing()
        yield from self._accounts()

    def _counted(self) -> Iterator[Metric]:
        counts = self._seen.counts
        yield _counter("orders", "Orders that passed risk.", counts.orders)
        yield _counter("fills", "Executions that were booked.", counts.fills)
        yield _counter("rejections", "Orders that a venue rejected.", counts.rejected)
        yield _counter("unknowns", "Orders a venue gave no answer for.", counts.unknown)
        yield _counters(
            "refusals",
            "Orders that risk refused when they were to be placed.",
            "rule",
            counts.refused,
        )
        yield _counters(
            "refusals_beforehand",
            "Drafts of orders that risk refused before anybody was asked.",
            "rule",
            counts.refused_beforehand,
        )
        found = "Differences with a venue that were found."
        yield _counters("differences_found", found, "kind", counts.differences)
        yield HistogramMetricFamily(
            "outcry_order_latency_seconds",
            "From sending an order to the venue's acceptance.",
            buckets=self._seen.latency_buckets,
            sum_value=counts.latency_seconds,
        )

    def _standing(self) -> Iterator[Metric]:
        seen = self._seen
        yield _gauge("open_orders", "Orders something may still come of.", seen.open_orders)
        unknown = "Orders that nobody knows the fate of."
        yield _gauge("unknown_orders", unknown, seen.unknown_orders)
        yield _gauge("journal_entries", "The number of the journal's last entry.", seen.entries)
        ages = "Age of the last price of what is held or ordered."
        yield _gauges("data_age_seconds", ages, ("symbol",), _named(seen.price_ages))
        if seen.newest_price_age is not None:
            newest = "Age of the newest price of all."
            yield _gauge("newest_data_age_seconds", newest, seen.newest_price_age)
        open_ones = "Differences with a venue that nobody has settled."
        yield _gauges("differences", open_ones, ("kind",), _named(seen.differences))
        if seen.reconciled_age is not None:
            since = "Since all accounts were last compared with their venues."
            yield _gauge("reconciled_age_seconds", since, seen.reconciled_age)
        waiting = [((queue.platform,), queue.waiting) for queue in self._queues]
        yield _gauges("outbox_depth", "Messages that wait to be sent.", ("platform",), waiting)

    def _accounts(self) -> Iterator[Metric]:
        all_of = self._seen.accounts
        labels = ("account", "currency", "mode")
        names = {
            each.account.id: (
                each.account.id,
                each.account.currency,
                "paper" if each.account.is_paper else "live",
            )
            for each in all_of
        }
        worth = [(names[each.account.id], each.equity) for each in all_of]
        yield _gauges("equity", "Worth of an account in its currency.", labels, worth)
        today = [(names[a.account.id], a.today) for a in all_of if a.today is not None]
        yield _gauges("profit_today", "Profit of the desk's day, open profit too.", labels, today)
        halted = [((a.account.id,), int(a.is_halted)) for a in all_of]
        yield _gauges("halted", "1 where trading is halted.", ("account",), halted)


def _named(values: Mapping[_Name, float]) -> list[tuple[tuple[str, ...], float]]:
    return [((name,), value) for name, value in sorted(values.items())]


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"outcry_{name}", text, value=value)


def _counters(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"outcry_{name}", text, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"outcry_{name}", text, value=value)


def _gauges(
    name: str,
    text: str,
    labels: Sequence[str],
    values: Iterable[tuple[Sequence[str], float | Decimal]],
) -> Metric:
    family = GaugeMetricFamily(f"outcry_{name}", text, labels=labels)
    for keys, value in values:
        family.add_metric(keys, float(value))
    return family
