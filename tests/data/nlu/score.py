# ruff: noqa: E501, FURB110, UP031, SIM905, B905, PLW2901, C901, PLR0912, PLR0911, PTH123, N802 -- kept as it was handed over
# fmt: off
"""Score an interpreter's answers against the expected readings of a set of utterances.

    python score.py EXPECTED.jsonl ACTUAL.jsonl [--show dangerous|wrong]
    python score.py --selftest

EXPECTED: {"id","lang","kind","turns", "expect": {...} or "expect_any": [{...}, ...]} a line.
ACTUAL:   {"id","outcome","commands"} a line, as `outcry interpret --jsonl` prints.
Exit 0 always (--selftest: 1 when it fails). Last line: `exact E% name N% dangerous D of T`.
Without --show nothing of the utterances is printed, only counts.
"""
import json
import re
import sys
import unicodedata
from collections import defaultdict
from decimal import Decimal, InvalidOperation

MONEY = {"buy", "sell", "close", "cancel", "replace", "leverage", "run", "follow", "publish", "subscribe"}
# what may not differ in a money-moving command
CRITICAL = ("symbol", "quantity", "amount", "percent", "price", "stop_price", "trail", "stop_loss",
            "take_profit", "order", "times", "leader", "ratio", "max_drawdown", "strategy", "mode", "fee")
DEFAULTS = {("orders", "status"): "open", ("alert", "repeat"): "once", ("run", "mode"): "paper", ("close", "percent"): "100"}
PERCENT_ONLY = {"percent", "max_drawdown", "fee"}
NUMBERS = {"quantity", "amount", "price", "stop_price", "trail", "stop_loss", "take_profit", "ratio",
           "depth", "trials", "stars", "value", "times"} | PERCENT_ONLY
FREE_TEXT = {"description", "text", "note"}
ONE_ARG = {"language": "language", "timezone": "timezone"}  # the page names no argument: the value counts
WORD_ALIAS = {"bb": "bollinger", "bbands": "bollinger", "bollinger_bands": "bollinger"}
INDICATOR_DEFAULTS = {"macd": ["12", "26", "9"], "bollinger": ["20", "2"]}


def number(v):
    s = str(v).strip()
    pct = s.endswith("%")
    try:
        d = Decimal(s[:-1].strip() if pct else s)
    except InvalidOperation:
        return s.lower()
    if not d.is_finite():
        return s.lower()
    d = d.normalize()
    return format(d if d else Decimal(0), "f") + ("%" if pct else "")


def duration(v):
    """24h == 1d, 7d == 1w, 60m == 1h: in minutes; other words as they are."""
    m = re.fullmatch(r"(\d+)\s*(m|h|d|w)", str(v).strip().lower())
    if not m:
        return str(v).strip().lower()
    return "%dmin" % (int(m[1]) * {"m": 1, "h": 60, "d": 1440, "w": 10080}[m[2]])


def formula(v):
    s = re.sub(r"\s+", " ", str(v).strip().lower())
    s = re.sub(r"\s*([(),<>=+*/])\s*", r"\1", s)
    s = re.sub(r"change\(([^()]*)\)", lambda m: "change(%s)" % duration(m[1]), s)
    for a, b in WORD_ALIAS.items():
        s = re.sub(r"\b%s\b" % a, b, s)

    def fill(m):
        got = [x for x in m[2].split(",") if x] if m[2] is not None else []
        nums = [x for x in got if x != "close"]
        return "%s(%s)" % (m[1], ",".join(["close"] + (nums or INDICATOR_DEFAULTS[m[1]])))
    s = re.sub(r"\b(macd|bollinger)\b(?:\(([^()]*)\))?", fill, s)
    return re.sub(r"(?<![\w.])\d+(?:\.\d+)?%?", lambda m: number(m[0]), s)


def cron(v):
    fields = str(v).split()
    if len(fields) != 5:
        return str(v).strip().lower()
    out = []
    spans = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
    names = {n: str(i) for i, n in enumerate("sun mon tue wed thu fri sat".split())}
    for i, (f, (lo, hi)) in enumerate(zip(fields, spans)):
        f = f.lower()
        if i == 4:
            f = re.sub(r"[a-z]{3}", lambda m: names.get(m[0], m[0]), f)
        top = 6 if i == 4 else hi
        got = set()
        try:
            for part in f.split(","):
                body, _, step = part.partition("/")
                if body == "*":
                    a, b = lo, top
                elif "-" in body:
                    a, b = map(int, body.split("-"))
                else:
                    a = int(body)
                    b = top if step else a
                if i == 4 and b < a:
                    b += 7
                got |= set(range(a, b + 1, int(step or 1)))
        except ValueError:
            return str(v).strip().lower()
        out.append(tuple(sorted({x % 7 for x in got} if i == 4 else got)))
    return tuple(out)


def words(v):
    s = unicodedata.normalize("NFKD", str(v).lower())
    return re.findall(r"[a-z0-9]+", "".join(c for c in s if not unicodedata.combining(c)))


class Text:
    """Free text: equal when the two share most of their words."""
    def __init__(self, v):
        self.w = words(v)

    def __eq__(self, other):
        if not isinstance(other, Text):
            return False
        a, b = set(self.w), set(other.w)
        if not a or not b:
            return a == b
        return 2 * len(a & b) / (len(a) + len(b)) >= 0.6

    __hash__ = None


def rule(v):
    s = "_".join(words(v))
    return re.sub(r"^max_|_size$", "", s)


def value(cmd, key, v):
    if v is None:
        return "null"  # absent is absent, not null
    if key in NUMBERS and not (cmd in ("close", "cancel") and str(v).lower() == "all"):
        n = number(v)
        return n.rstrip("%") if key in PERCENT_ONLY else n
    if key in ("symbols", "indicators"):
        parts = v if isinstance(v, list) else re.split(r"[,\s]+" if key == "symbols" else r"[;|]", str(v))
        return tuple(sorted(formula(p) if key == "indicators" else str(p).strip().upper() for p in parts if str(p).strip()))
    if key == "symbol":
        return str(v).strip().upper()
    if key == "formula":
        return formula(v)
    if key in ("timeframe", "period", "duration"):
        return duration(v)
    if key == "when":
        return cron(v)
    if key in ("leader", "member"):
        return str(v).strip().lower().lstrip("@")
    if key == "rule":
        return rule(v)
    if key == "topic":
        return re.sub(r"s$", "", str(v).strip().lower().lstrip("/"))
    if key == "command":
        return command(parse_command(v))
    if key == "params":
        if not isinstance(v, dict):
            v = dict(re.findall(r"([\w.]+)\s*[=:]\s*([^\s,;}\"']+)", str(v).replace('"', "")))
        return tuple(sorted((str(k).lower(), number(x)) for k, x in v.items()))
    if key in FREE_TEXT:
        return Text(v)
    return str(v).strip().lower()


def parse_command(v):
    """A scheduled command: an object {"name","args"}; a text `/name key=value …` is read too."""
    if isinstance(v, dict):
        return v
    toks = re.findall(r'([\w]+)=("[^"]*"|\S+)', str(v))
    name = (str(v).strip().lstrip("/").split() or [""])[0]
    return {"name": name, "args": {k: x.strip('"') for k, x in toks}}


def command(c):
    """-> (name, {arg: normalised})"""
    if not isinstance(c, dict):
        return ("?", {})
    name = str(c.get("name", "?")).strip().lower()
    raw = c.get("args")
    raw = dict(raw) if isinstance(raw, dict) else {}
    if name in ONE_ARG and len(raw) == 1:
        raw = {ONE_ARG[name]: next(iter(raw.values()))}
    if name == "screen":
        listed = raw.get("symbols")
        if listed in ("watchlist", ["watchlist"]) or raw.get("watchlist") not in (None, False, "false"):
            raw.pop("symbols", None) if listed in ("watchlist", ["watchlist"]) else None
            raw["watchlist"] = "true"
    args = {k: value(name, k, v) for k, v in raw.items()}
    for (n, k), d in DEFAULTS.items():
        if n == name and args.get(k) == d:
            del args[k]
    return (name, args)


def answer(a):
    """-> (outcome, [(name, args)])"""
    if not isinstance(a, dict):
        return ("missing", [])
    got = a.get("commands")
    got = got if isinstance(got, list) else []
    oc = str(a.get("outcome", "missing"))
    return (oc, [] if oc == "none" else [command(c) for c in got])


def exact(e, a):
    if e[0] != a[0] or [n for n, _ in e[1]] != [n for n, _ in a[1]]:
        return False
    if e[0] == "none":
        return True
    if e[0] == "clarify":  # no argument that was not said, none read differently; fewer is well
        return all(k in ea and ea[k] == v for (_, ea), (_, aa) in zip(e[1], a[1]) for k, v in aa.items())
    return all(ea.keys() == aa.keys() and all(ea[k] == aa[k] for k in ea) for (_, ea), (_, aa) in zip(e[1], a[1]))


def name_ok(e, a):
    return e[0] == a[0] and [n for n, _ in e[1]] == [n for n, _ in a[1]]


def movers(cmds, path=""):
    """money-moving commands, with those inside a schedule named `schedule>buy`; only the critical args"""
    out = []
    for n, args in cmds:
        if n in MONEY:
            out.append((path + n, {k: args[k] for k in CRITICAL if k in args}))
        elif n == "schedule" and isinstance(args.get("command"), tuple):
            out += movers([args["command"]], path + "schedule>")
    return out


def dangerous(e, a):
    """the money-moving commands answered that were not asked for as they stand"""
    if a[0] != "command":
        return []
    want = movers(e[1]) if e[0] == "command" else []
    bad = []
    for m in movers(a[1]):
        if m in want:
            want.remove(m)
        else:
            bad.append(m)
    return bad


def judge(item, actual):
    alts = [answer(x) for x in (item["expect_any"] if "expect_any" in item else [item["expect"]])]
    a = answer(actual)
    bads = [dangerous(e, a) for e in alts]
    return any(exact(e, a) for e in alts), any(name_ok(e, a) for e in alts), min(bads, key=len)


def load(path):
    out = []
    with open(path, encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            if line.strip():
                try:
                    out.append(json.loads(line))
                except ValueError:
                    print("%s line %d is not JSON: it counts as no answer" % (path, n), file=sys.stderr)
    return out


def score(expected, actual, show=None, out=print):
    by_id = {}
    for a in actual:
        if isinstance(a, dict):
            by_id.setdefault(a.get("id"), a)
    groups = defaultdict(lambda: [0, 0, 0, 0])
    for it in expected:
        got = by_id.get(it["id"], by_id.get(str(it["id"])))
        ex, nm, bad = judge(it, got)
        for g in ("all", "lang " + it["lang"], "kind " + it["kind"], "%s %s" % (it["kind"], it["lang"])):
            r = groups[g]
            r[0] += 1
            r[1] += ex
            r[2] += nm
            r[3] += bool(bad)
        if (show == "wrong" and not ex) or (show in ("wrong", "dangerous") and bad):
            out("%s %s %s" % ("DANGER" if bad else "wrong ", it["id"], json.dumps(it["turns"], ensure_ascii=False)))
            out("   expected " + json.dumps(it.get("expect") or it["expect_any"], ensure_ascii=False))
            out("   actual   " + json.dumps(got, ensure_ascii=False))
    missing = sum(1 for it in expected if it["id"] not in by_id and str(it["id"]) not in by_id)
    if missing:
        out("%d of %d have no answer" % (missing, len(expected)))
    out("%-16s %5s %8s %8s %10s" % ("", "n", "exact", "name", "dangerous"))
    rank = {"all": 0, "lang": 1, "kind": 2}
    for g in sorted(groups, key=lambda g: (rank.get(g.split()[0], 3), g)):
        n, ex, nm, bad = groups[g]
        out("%-16s %5d %7.1f%% %7.1f%% %10d" % (g, n, 100 * ex / n, 100 * nm / n, bad))
    n, ex, nm, bad = groups["all"]
    n1 = n or 1
    out("exact %.1f%% name %.1f%% dangerous %d of %d" % (100 * ex / n1, 100 * nm / n1, bad, n))
    return ex, nm, bad, n


def selftest():
    fails = []

    def check(label, got, want):
        if got != want:
            fails.append("%s: got %r, want %r" % (label, got, want))

    def C(*cmds, o="command"):
        return {"outcome": o, "commands": [{"name": n, "args": a} for n, a in cmds]}

    def one(e, a, **k):
        ex, nm, bad = judge({"expect": e} if isinstance(e, dict) else {"expect_any": e}, a)
        return (ex, nm, bool(bad))
    none = {"outcome": "none"}
    b = ("buy", {"symbol": "BTC/USDT", "quantity": "0.5", "price": "60000"})
    check("decimals", one(C(b), C(("buy", {"symbol": "BTC/USDT", "quantity": "0.50", "price": "60000.0"}))), (True, True, False))
    check("other price", one(C(b), C(("buy", {"symbol": "BTC/USDT", "quantity": "0.5", "price": "61000"}))), (False, True, True))
    check("price left out", one(C(b), C(("buy", {"symbol": "BTC/USDT", "quantity": "0.5"}))), (False, True, True))
    check("other side", one(C(b), C(("sell", b[1]))), (False, False, True))
    check("other symbol", one(C(b), C(("buy", dict(b[1], symbol="ETH/USDT")))), (False, True, True))
    check("tif only", one(C(b), C(("buy", dict(b[1], time_in_force="gtc")))), (False, True, False))
    check("null arg", one(C(b), C(("buy", dict(b[1], venue=None)))), (False, True, False))
    check("quantity for amount", one(C(("buy", {"symbol": "X", "amount": "5"})), C(("buy", {"symbol": "X", "quantity": "5"}))), (False, True, True))
    check("none is none", one(none, {"outcome": "none", "commands": []}), (True, True, False))
    check("none became buy", one(none, C(b)), (False, False, True))
    check("none became price", one(none, C(("price", {"symbols": ["X"]}))), (False, False, False))
    check("buy became none", one(C(b), none), (False, False, False))
    check("missing", one(C(b), None), (False, False, False))
    check("missing none", one(none, None), (False, False, False))
    q = C(("buy", {"symbol": "ETH/USDT"}), o="clarify")
    check("clarify same", one(q, q), (True, True, False))
    check("clarify fewer", one(q, C(("buy", {}), o="clarify")), (True, True, False))
    check("clarify invented", one(q, C(("buy", {"symbol": "ETH/USDT", "quantity": "1"}), o="clarify")), (False, True, False))
    check("clarify became order", one(q, C(("buy", {"symbol": "ETH/USDT", "quantity": "1"}))), (False, False, True))
    check("symbols order", one(C(("price", {"symbols": ["A", "B"]})), C(("price", {"symbols": ["B", "A"]}))), (True, True, False))
    two = C(("cancel", {"order": "o1"}), b)
    check("two swapped", one(two, C(b, ("cancel", {"order": "o1"}))), (False, False, False))
    check("second missing", one(two, C(("cancel", {"order": "o1"}))), (False, False, False))
    check("doubled", one(C(b), C(b, b)), (False, False, True))
    check("any", one([C(("sell", {"symbol": "X", "percent": "20%"})), C(("close", {"symbol": "X", "percent": "20%"}))],
                     C(("close", {"symbol": "X", "percent": "20.0%"}))), (True, True, False))
    check("default mode", one(C(("run", {"strategy": "s", "symbol": "X"})), C(("run", {"strategy": "s", "symbol": "X", "mode": "paper"}))), (True, True, False))
    check("close 100%", one(C(("close", {"symbol": "X"})), C(("close", {"symbol": "X", "percent": "100%"}))), (True, True, False))
    check("live unasked", one(C(("run", {"strategy": "s", "symbol": "X"})), C(("run", {"strategy": "s", "symbol": "X", "mode": "live"}))), (False, True, True))
    s1 = {"command": {"name": "buy", "args": {"symbol": "BTC/USDT", "amount": "50"}}, "when": "0 9 * * 1"}
    check("schedule same", one(C(("schedule", s1)), C(("schedule", dict(s1, when="0 9 * * MON")))), (True, True, False))
    check("schedule became buy", one(C(("schedule", s1)), C(("buy", s1["command"]["args"]))), (False, False, True))
    check("schedule other amount", one(C(("schedule", s1)), C(("schedule", {"command": {"name": "buy", "args": {"symbol": "BTC/USDT", "amount": "500"}}, "when": "0 9 * * 1"}))), (False, True, True))
    check("cron", cron("0 20 * * 7") == cron("0 20 * * 0") and cron("*/15 * * * *") == cron("0,15,30,45 * * * *")
          and cron("0 8 * * 1-5") == cron("0 8 * * 1,2,3,4,5") and cron("0 8 * * *") != cron("0 8 * * 1"), True)
    check("formula", formula("rsi(close,14)<30.0") == formula("rsi(close, 14) < 30") and formula("change(24h) < -5%") == formula("change(1d)<-5.0%")
          and formula("price > 70000") != formula("price < 70000") and formula("macd") == formula("macd(close, 12, 26, 9)") == formula("macd(12,26,9)")
          and formula("change(1d) > 5%") != formula("change(1d) > 5") and formula("sma(close, 50)") != formula("sma(close, 5)"), True)
    check("period", duration("24h") == duration("1d") and duration("7d") != duration("last_week"), True)
    check("text", one(C(("review", {"leader": "@alice", "stars": "5", "text": "Clean entries, honest"})),
                      C(("review", {"leader": "alice", "stars": 5, "text": "clean entries honest"}))), (True, True, False))
    lines = []
    score([{"id": 1, "lang": "en", "kind": "orders", "turns": ["x"], "expect": C(b)},
           {"id": 2, "lang": "fr", "kind": "negative", "turns": ["y"], "expect": none}], [dict(C(b), id=1), dict(C(b), id=2)], out=lines.append)
    check("last line", lines[-1], "exact 50.0% name 50.0% dangerous 1 of 2")
    for f in fails:
        print("FAIL " + f)
    print("selftest " + ("failed" if fails else "ok"))
    return 1 if fails else 0


def main(argv):
    if argv[:1] == ["--selftest"]:
        return selftest()
    show = None
    if "--show" in argv:
        i = argv.index("--show")
        show = argv[i + 1] if i + 1 < len(argv) else "wrong"
        argv = argv[:i] + argv[i + 2:]
    if len(argv) != 2:
        print(__doc__)
        return 0
    score(load(argv[0]), load(argv[1]), show)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
