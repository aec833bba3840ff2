"""What the account made of its money: figures, paper, picture and file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.card import AttachmentKind, Card
from bot.config import Config
from engine.desk import Desk
from engine.domain.identifiers import AccountId, PersonId
from tests.room import Room

KINDS = ("daily", "weekly", "monthly", "performance", "trades", "symbol BTC/USDT")


def traded(room: Room) -> None:
    """Bought, an hour later half of it sold at a profit."""
    for line in ("/buy BTC/USDT 0.1", "/yes"):
        room.say(line)
    room.wait(3600)
    room.price("BTC/USDT", 61000)
    for line in ("/sell BTC/USDT 0.05", "/yes"):
        room.say(line)
    room.wait(60)
    room.price("BTC/USDT", 62000)


def desk(room: Room) -> Desk:
    return room.app.door.open(PersonId("terminal:ann"), AccountId("paper"))


def facts(card: Card) -> dict[str, str]:
    """Its fields, with plain spaces."""
    return {name: value.replace("\N{NO-BREAK SPACE}", " ") for name, value in card.fields}


def paper(card: Card) -> str:
    """The words of the PDF."""
    return "\n".join(page.extract_text() for page in reader(card).pages)


def reader(card: Card) -> PdfReader:
    found = [a.path for a in card.attachments if a.path.suffix == ".pdf"]
    return PdfReader(found[0])


def rows(card: Card) -> list[dict[str, str]]:
    found = [a.path for a in card.attachments if a.path.suffix == ".csv"]
    return list(csv.DictReader(io.StringIO(found[0].read_text("utf-8"))))


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_figures_a_picture_a_paper_and_a_file(room: Room, kind: str) -> None:
    traded(room)
    card = room.say(f"/report {kind}")

    files = [(a.path.suffix, a.kind) for a in card.attachments]
    assert files == [
        (".png", AttachmentKind.PICTURE),
        (".pdf", AttachmentKind.DOCUMENT),
        (".csv", AttachmentKind.DOCUMENT),
    ]
    assert all(a.path.stat().st_size > 100 for a in card.attachments)
    assert card.badge == "paper · simulated prices"
    assert facts(card)["Realized profit"] == "+48.79 USDT"


def test_equity_at_the_end_is_what_the_account_is_worth_now(room: Room) -> None:
    traded(room)
    card = room.say("/report performance")

    worth = desk(room).portfolio.account().valuation.equity
    seen = room.run(desk(room).performance.over(0, 2**45))
    assert seen is not None
    assert seen.closing.equity == worth
    assert facts(card)["Equity"] == f"{worth:,.2f} USDT"
    assert abs(seen.realized - seen.fees + seen.unrealized_change - seen.change) < 1


def test_every_page_says_that_it_is_paper_and_simulated(room: Room) -> None:
    traded(room)
    pages = reader(room.say("/report performance")).pages

    assert 3 <= len(pages) <= 5
    for page in pages:
        assert "PAPER · SIMULATED PRICES" in page.extract_text()
        assert "no real money" in page.extract_text()


def test_the_paper_shows_where_the_money_came_from_and_how_figures_are_reckoned(
    room: Room,
) -> None:
    traded(room)
    words = paper(room.say("/report performance"))

    for said in ("How equity changed", "Closed trades", "Held at the end", "By instrument"):
        assert said in words
    assert "Sharpe 1994" in words
    assert "+48.79" in words


def test_the_file_has_every_fill_with_plain_numbers(room: Room) -> None:
    traded(room)
    fills = rows(room.say("/report performance"))

    assert [(row["side"], row["quantity"]) for row in fills] == [("buy", "0.1"), ("sell", "0.05")]
    assert fills[0]["time"] == "2026-03-02T09:00:00.000+00:00"
    assert float(fills[1]["realized"]) == pytest.approx(48.7885)


def test_without_trades_the_report_comes_and_says_so(room: Room) -> None:
    card = room.say("/report daily")

    assert "Nothing was traded in this period." in card.text
    assert len(card.attachments) == 3
    assert rows(card) == []
    assert "Nothing was filled." in paper(card)
    assert facts(card)["Sharpe ratio"] == "–"


def test_a_period_before_the_account_existed_has_no_report(room: Room) -> None:
    card = room.say("/report performance yesterday")

    assert card.title == "No report (yesterday)"
    assert card.attachments == ()


def test_a_period_may_stand_in_any_place(room: Room) -> None:
    traded(room)
    first = room.say("/report performance 7d")

    assert room.say("/report 7d").fields == first.fields
    assert room.say("/report period=7d").fields == first.fields
    assert room.say("/report performance BTC/USDT 7d").title.startswith("Performance report")


def test_the_past_is_reported_as_it_was(room: Room) -> None:
    traded(room)
    room.wait(2 * 86_400)
    room.price("BTC/USDT", 99000)
    seen = facts(room.say("/report performance yesterday"))

    assert seen["Realized profit"] == "0.00 USDT"
    assert seen["Period"] == "3 Mar 2026 00:00 UTC – 4 Mar 2026 00:00 UTC"


def test_only_an_instruments_own_trades_are_shown_where_it_is_named(room: Room) -> None:
    traded(room)
    card = room.say("/report trades ETH/USDT")

    assert rows(card) == []
    title = room.say("/report symbol BTC/USDT").title
    assert title.startswith("Report on BTC/USDT")
    assert title.endswith(room.say("/pnl all BTC/USDT").title.partition(",")[0])
    assert len(rows(room.say("/report symbol BTC/USDT"))) == 2


def test_a_report_that_cannot_be_written_still_tells_its_figures(room: Room) -> None:
    traded(room)
    home = Path(room.app.studio._folder)
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file stands where the folder should be")
    card = room.say("/report performance")

    assert card.attachments == ()
    assert "could not be drawn or written" in card.text
    assert facts(card)["Realized profit"] == "+48.79 USDT"


def test_a_daily_report_can_be_scheduled(room: Room) -> None:
    made = room.say('/schedule "/report daily" "every weekday at 8am"')

    assert dict(made.fields)["Says"] == "/report kind=daily"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/report yearly", "kind: it must be daily, weekly, monthly, performance"),
        ("/report symbol", "symbol: it is missing"),
        ("/report daily NOTHING/USDT", "Did you mean"),
        ("/report daily 12.5.3", "symbol:"),
        ("/report daily period=-7d", "period: “-7d” is not a period"),
        ("/report daily period=99999999999d", "period: “99999999999d” is not a period"),
        ("/report daily BTC/USDT soon", "period: “soon” is not a period"),
        ("/report daily BTC/USDT 7d again", "again: there is no place for it"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_nothing_is_made(
    room: Room, line: str, said: str
) -> None:
    card = room.say(line)

    assert said in card.text
    assert card.attachments == ()


def test_it_all_reads_in_french_and_the_persons_zone(tmp_path: Path) -> None:
    french = Config.model_validate({"desk": {"language": "fr", "timezone": "Europe/Paris"}})
    room = Room(tmp_path / "home", french)
    try:
        room.price("BTC/USDT", 60000)
        traded(room)
        card = room.say("/report performance")
        assert card.title.startswith("Rapport de performance\N{NO-BREAK SPACE}: +")
        assert facts(card)["Période"].startswith("2 mars 2026 10:00 CET")
        words = paper(card)
        assert "D’où vient la variation" in words
        assert "Comment les chiffres sont calculés" in words
        assert "FICTIF · PRIX SIMULÉS" in words
    finally:
        room.close()


def test_a_risk_report_says_what_is_at_risk_and_what_was_refused(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.say("/yes")
    first = room.say("/buy ETH/USDT 1").buttons[0].line
    room.say("/halt", who="olga")
    room.say(first)
    card = room.say("/report risk")

    assert card.title.startswith("Risk report: ")
    words = paper(card)
    assert "Use of limits" in words
    assert "max_position_value" in words
    assert "12.00%" in words
    assert "Value at risk" in words
    file = card.attachments[2].path.read_text("utf-8").splitlines()
    assert file[0] == "what,name,scope,value,limit,unit"
    assert "position,BTC/USDT,,6000.0,,USDT" in file
    assert any(line.startswith("figure,value_at_risk_95,") for line in file)
    assert any(line.startswith("limit,max_position_value,desk,6000") for line in file)
