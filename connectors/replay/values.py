"""Times and numbers out of raw columns; a value that is none is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from connectors.replay.table import Table
from engine.domain.candles import Floats
from engine.errors import CandlesInvalid

if TYPE_CHECKING:
    import pyarrow as pa

_1990 = 631_152_000
"""Epoch seconds: an earlier number is taken for something else, such as 20220131."""
_UNITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (2**63, 10**9))
"""Up to which number an epoch is in seconds, ms, us or ns: in seconds, to the year 5138."""


def numbers(table: Table, name: str) -> Floats:
    """A column as float64, all finite. Raises CandlesInvalid."""
    import pyarrow as pa  # noqa: PLC0415 - half a second; needed only where a file is read
    from pyarrow import compute  # noqa: PLC0415

    column = table.columns[name]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = compute.utf8_trim_whitespace(column)
    try:
        values: Floats = compute.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowException as error:
        raise _named(table, name, column, float) from error
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        raise CandlesInvalid("not_finite", **table.place(row), column=name, value=str(values[row]))
    return values


def times(table: Table) -> NDArray[np.int64]:
    """The opening times in UTC epoch seconds, fractions dropped. Raises CandlesInvalid.

    Numbers are epochs in seconds, milli-, micro- or nanoseconds, told apart by their size; texts
    are ISO 8601, in UTC where they name no zone.
    """
    import pyarrow as pa  # noqa: PLC0415 - as above
    from pyarrow import compute  # noqa: PLC0415

    column = table.columns["time"]
    if column.null_count:
        row = column.is_null().to_pylist().index(True)
        raise CandlesInvalid("no_time", **table.place(row))
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return _moments(compute.cast(column, pa.timestamp("us"), safe=False))
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _epochs(table, column)
    try:
        column = compute.utf8_trim_whitespace(compute.cast(column, pa.string()))
    except pa.ArrowException as error:
        raise CandlesInvalid("times_of_type", type=str(column.type)) from error
    try:
        return _epochs(table, compute.cast(column, pa.float64()))
    except pa.ArrowException:
        return _iso(table, column)


def _epochs(table: Table, column: pa.Array) -> NDArray[np.int64]:
    values = column.to_numpy(zero_copy_only=False)
    if not len(values):
        return np.empty(0, np.int64)
    wrong = ~(np.isfinite(values) & (np.abs(values) < 2.0**62))
    if wrong.any():
        row = int(wrong.argmax())
        raise CandlesInvalid("no_moment", **table.place(row), value=str(values[row]))
    scale = next(scale for most, scale in _UNITS if np.abs(values).max() < most)
    seconds: NDArray[np.int64] = np.floor_divide(values, scale).astype(np.int64)
    if (early := seconds < _1990).any():
        row = int(early.argmax())
        raise CandlesInvalid("early", **table.place(row), value=f"{values[row]:.0f}")
    return seconds


def _iso(table: Table, column: pa.Array) -> NDArray[np.int64]:
    """Texts as moments: fast where all are alike, one by one where zones are mixed."""
    import pyarrow as pa  # noqa: PLC0415 - as above
    from pyarrow import compute  # noqa: PLC0415

    for kind in (pa.timestamp("ns"), pa.timestamp("ns", "UTC")):
        try:
            return _moments(compute.cast(column, kind))
        except pa.ArrowException:
            continue
    try:
        return np.array([_iso_seconds(text) for text in column.to_pylist()], np.int64)
    except ValueError as error:
        raise _named(table, "time", column, _any_time) from error


def _moments(column: pa.Array) -> NDArray[np.int64]:
    moments = column.to_numpy(zero_copy_only=False).astype("datetime64[s]")
    return np.asarray(moments.astype(np.int64))


def _iso_seconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() // 1)


def _any_time(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return _iso_seconds(text)


def _named(
    table: Table, name: str, column: pa.Array, read: Callable[[Any], object]
) -> CandlesInvalid:
    """The refusal that names the first value that cannot be read."""
    form = "time" if name == "time" else "number"
    for row, value in enumerate(column.to_pylist()):
        try:
            read(value)
        except (TypeError, ValueError):
            if value in ("", None):
                return CandlesInvalid(f"missing_{form}", **table.place(row), column=name)
            shown = str(value)[:40]
            return CandlesInvalid(f"not_a_{form}", **table.place(row), column=name, value=shown)
    return CandlesInvalid(f"not_{form}s", column=name)
