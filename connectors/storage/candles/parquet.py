"""One parquet file of candles, read whole or written whole."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from engine.domain.candles import Candles
from engine.errors import CandlesInvalid

_COLUMNS = ("time", "open", "high", "low", "close", "volume")


def read_file(path: Path) -> Candles:
    """The candles of one file. Raises CandlesInvalid where it is broken, FileNotFoundError."""
    # Half a second to import, and a desk that draws no chart never needs it.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read(list(_COLUMNS), use_threads=False)
        columns = [table.column(name) for name in _COLUMNS]
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise CandlesInvalid("stored_broken", file=str(path), error=str(error)) from error
    types = [column.type for column in columns]
    if types != [pa.int64(), *[pa.float64()] * 5] or any(column.null_count for column in columns):
        raise CandlesInvalid("stored_columns", file=str(path))
    candles = Candles(*(column.to_numpy() for column in columns))
    if not np.all(candles.time[1:] > candles.time[:-1]):
        raise CandlesInvalid("stored_unsorted", file=str(path))
    return candles


def write_file(path: Path, candles: Candles) -> None:
    """Write under another name, make it durable, and rename. Raises OSError, such as disk full."""
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415

    time, *prices = candles.columns()
    columns = [time.astype(np.int64), *(column.astype(np.float64) for column in prices)]
    table = pa.table(dict(zip(_COLUMNS, columns, strict=True)))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        pq.write_table(
            table, file, compression="lz4", use_dictionary=False, write_page_checksum=True
        )
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The new name lasts only once its folder is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
