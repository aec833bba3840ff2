"""The codec byte by byte, against what the published header lays down."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from connectors.dtc.messages import Encoding, Kind
from connectors.dtc.wire import (
    NotUnderstood,
    encoding_message,
    number,
    read_encoding,
    read_message,
    written,
)


def read(sent, reading, limit=1 << 10):
    async def story():
        reader = asyncio.StreamReader(limit=limit)
        reader.feed_data(sent)
        reader.feed_eof()
        return await reading(reader)

    return asyncio.run(story())


async def response(reader):
    return await read_encoding(reader, Kind.ENCODING_RESPONSE)


def test_the_encoding_request_is_the_sixteen_bytes_of_the_header():
    sent = encoding_message(Kind.ENCODING_REQUEST, Encoding.JSON)

    assert sent.hex(" ", 4) == "10000600 08000000 02000000 44544300"


def test_the_answer_names_an_encoding():
    answer = bytes.fromhex("10000700 08000000 02000000 44544300")

    assert read(answer, response) == Encoding.JSON


@pytest.mark.parametrize(
    "answer",
    [
        "10000600 08000000 02000000 44544300",
        "11000700 08000000 02000000 44544300",
        "10000700 08000000 02000000 46495800",
        b"HTTP/1.1 400 Bad".hex(),
    ],
)
def test_what_is_no_such_answer_is_not_understood(answer):
    with pytest.raises(NotUnderstood):
        read(bytes.fromhex(answer), response)


def test_a_message_is_json_ended_by_one_nul():
    sent = written(Kind.HEARTBEAT, NumDroppedMessages=0, CurrentDateTime=1_764_000_000)

    assert sent == b'{"Type":3,"NumDroppedMessages":0,"CurrentDateTime":1764000000}\0'


def test_messages_that_come_together_are_read_one_by_one():
    async def both(reader):
        return await read_message(reader), await read_message(reader)

    first, second = read(b'{"Type":3}\0{"Type":5,"Reason":"b\xc3\xa9"}\0', both)

    assert (first, second) == ({"Type": 3}, {"Type": 5, "Reason": "b\u00e9"})


def test_prices_are_exact_and_the_unset_ones_none():
    said = read(
        b'{"Type":104,"BidPrice":0.1,"AskPrice":1.7976931348623157e+308,"AskQuantity":7,'
        b'"BidQuantity":3.4028234663852886e+38}\0',
        read_message,
    )

    assert number(said, "BidPrice") == Decimal("0.1")
    assert number(said, "AskQuantity") == 7
    assert number(said, "AskPrice") is None
    assert number(said, "BidQuantity") is None
    assert number(said, "LastTradePrice") is None


@pytest.mark.parametrize("value", ["1", True, [1]])
def test_what_should_be_a_number_and_is_not_is_not_understood(value):
    with pytest.raises(NotUnderstood):
        number({"Type": 104, "BidPrice": value}, "BidPrice")


@pytest.mark.parametrize(
    "sent",
    [
        b"\0",
        b"[]\0",
        b'{"Type":"3"}\0',
        b'{"Size":3}\0',
        b'{"Type":3,"CurrentDateTime":NaN}\0',
        b"\xff\xfe\0",
        b"[" * 900 + b"\0",
        b"x" * 2_000 + b"\0",
    ],
)
def test_what_is_no_message_is_not_understood(sent):
    with pytest.raises(NotUnderstood):
        read(sent, read_message)


def test_a_message_cut_short_is_an_end_and_no_message():
    with pytest.raises(EOFError):
        read(b'{"Type":3', read_message)
