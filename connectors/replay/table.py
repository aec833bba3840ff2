"""A candle file's six columns as they stand, whatever its format, within bounds.

Read here: csv (`.csv`, `.csv.gz`), parquet (`.parquet`, `.pq`) and feather (`.feather`, `.arrow`).
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import CandlesInvalid

if TYPE_CHECKING:
    import pyarrow as pa

MOST_BYTES = 512 * 1024 * 1024
"""Of the file, and of what comes out of it when it is decompressed."""
MOST_COLUMNS = 1_000
_MEGABYTES = str(MOST_BYTES // 1024**2)
_LONGEST_HEADER = 64 * 1024
_PIECE = 4 * 1024 * 1024
_MOST_PACKED = 100
_MOST_ROWS = MOST_BYTES // (6 * 8)

PRICES = ("open", "high", "low", "close")
TIMES = ("time", "timestamp", "datetime", "date", "open_time")
_NEEDED = (*PRICES, "volume")


@dataclass(frozen=True, slots=True)
class Table:
    """Raw columns by their standard names; row 0 is on line `first_line` of the file.

    `unit` is what a person calls a row of it: a `line` of a text, a `row` of a table.
    """

    columns: dict[str, Any]
    unit: str
    first_line: int

    def place(self, row: int) -> dict[str, str]:
        """Where a row is, as the facts of a text."""
        return {"unit": self.unit, "number": str(row + self.first_line)}


def read_table(path: Path) -> Table:
    """The columns of a file. Raises CandlesInvalid, with what would be right."""
    kind = re.search(r"\.(csv|parquet|pq|feather|arrow)(\.gz)?$", path.name.lower())
    if kind is None or (kind[2] and kind[1] != "csv"):
        raise CandlesInvalid("ending", file=path.name)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CandlesInvalid("large", file=path.name, most=_MEGABYTES)
        return _read(path, kind[1])
    except FileNotFoundError as error:
        raise CandlesInvalid("absent", file=str(path)) from error
    except (OSError, EOFError) as error:
        raise CandlesInvalid("unreadable", file=path.name, error=str(error)) from error


def _read(path: Path, kind: str) -> Table:
    # Half a second to import, and most desks never replay a file.
    import pyarrow as pa  # noqa: PLC0415

    try:
        if kind == "csv":
            return _read_csv(path)
        return _read_parquet(path) if kind in ("parquet", "pq") else _read_feather(path)
    except (pa.ArrowException, ValueError, MemoryError) as error:
        raise CandlesInvalid("broken", file=path.name, error=_one_line(error)) from error


def _read_csv(path: Path) -> Table:
    import pyarrow as pa  # noqa: PLC0415 - as above
    from pyarrow import csv  # noqa: PLC0415

    content = _content(path).rstrip()
    header, delimiter = _header(path, content)
    if b"\n" not in content:
        raise CandlesInvalid("no_rows", file=path.name)
    chosen = _chosen(path, header)
    try:
        table = csv.read_csv(
            io.BytesIO(content),
            # One thread, because only then does an error name its line.
            csv.ReadOptions(use_threads=False),
            csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                include_columns=list(chosen.values()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise _csv_broken(path, error) from error
    return _table(table, chosen, "line", 2)


def _content(path: Path) -> bytes:
    """The bytes of a text file, decompressed at most as far as the limit."""
    with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
        try:
            start = file.read(_LONGEST_HEADER)
            if b"\n" not in start and len(start) == _LONGEST_HEADER:
                raise CandlesInvalid("no_header", file=path.name)
            content = start + _rest(path, file, len(start))
        except zlib.error as error:
            raise CandlesInvalid("broken", file=path.name, error=str(error)) from error
    return content


def _rest(path: Path, file: BufferedIOBase, size: int) -> bytes:
    """What follows, piece by piece, so that an archive made to burst is refused early."""
    pieces, packed = [], path.stat().st_size
    while piece := file.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise CandlesInvalid("large_inside", file=path.name, most=_MEGABYTES)
        if size > _PIECE and size > _MOST_PACKED * packed:
            raise CandlesInvalid("bursting", file=path.name, times=str(_MOST_PACKED))
    return b"".join(pieces)


def _header(path: Path, content: bytes) -> tuple[list[str], str]:
    first = content.split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip()
    if not first:
        raise CandlesInvalid("empty", file=path.name)
    delimiter = max(",;\t", key=first.count)
    return [name.strip('"') for name in first.split(delimiter)], delimiter


def _csv_broken(path: Path, error: Exception) -> CandlesInvalid:
    text = _one_line(error)
    if row := re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", text):
        return CandlesInvalid("uneven", file=path.name, line=row[1], values=row[3], columns=row[2])
    if row := re.search(r"Row #(\d+): .*invalid UTF8", text):
        return CandlesInvalid("not_utf8", file=path.name, line=row[1])
    return CandlesInvalid("broken", file=path.name, error=text)


def _read_parquet(path: Path) -> Table:
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    with pq.ParquetFile(path) as file:
        about = file.metadata
        _check_width(path, about.num_columns)
        sizes = (about.row_group(group).total_byte_size for group in range(about.num_row_groups))
        if about.num_rows > _MOST_ROWS or sum(sizes) > MOST_BYTES:
            raise CandlesInvalid("large_inside", file=path.name, most=_MEGABYTES)
        chosen = _chosen(path, file.schema_arrow.names)
        return _table(file.read(list(chosen.values()), use_threads=False), chosen, "row", 1)


def _read_feather(path: Path) -> Table:
    import pyarrow as pa  # noqa: PLC0415 - as above

    # Its index does not tell the decompressed size, so it is watched batch by batch.
    with pa.OSFile(str(path)) as source:
        names = pa.ipc.open_file(source).schema.names
        _check_width(path, len(names))
        chosen = _chosen(path, names)
        fields = sorted(names.index(name) for name in chosen.values())
        options = pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)
        reader = pa.ipc.open_file(source, options=options)
        batches, size = [], 0
        for number in range(reader.num_record_batches):
            batches.append(reader.get_batch(number))
            size += batches[-1].nbytes
            if size > MOST_BYTES:
                raise CandlesInvalid("large_inside", file=path.name, most=_MEGABYTES)
        table = pa.Table.from_batches(batches, reader.schema)
    return _table(table, chosen, "row", 1)


def _check_width(path: Path, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise CandlesInvalid("wide", file=path.name, columns=str(columns), most=str(MOST_COLUMNS))


def _chosen(path: Path, header: Sequence[str]) -> dict[str, str]:
    """The file's own name of each column that is needed."""
    _check_width(path, len(header))
    own = {name.strip().lower().replace(" ", "_"): name for name in reversed(header)}
    time = next((name for name in TIMES if name in own), None)
    missing = [name for name in _NEEDED if name not in own] + ([] if time else ["time"])
    if missing or time is None:
        lacking, there = ", ".join(missing), ", ".join(header[:12])
        raise CandlesInvalid("columns", file=path.name, missing=lacking, there=there)
    return {"time": own[time], **{name: own[name] for name in _NEEDED}}


def _table(table: pa.Table, chosen: dict[str, str], unit: str, first_line: int) -> Table:
    columns = {name: table.column(own).combine_chunks() for name, own in chosen.items()}
    return Table(columns, unit, first_line)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
