"""Kinds and arguments: what a tree must satisfy before it is called a formula."""

from __future__ import annotations

from engine.formula.constants import fold, is_constant, parameters_of
from engine.formula.syntax import (
    Calculated,
    Call,
    Choice,
    Compared,
    Duration,
    Holding,
    Joined,
    Negative,
    Node,
    Not,
    Number,
    OnTimeframe,
    Shifted,
    walk,
)
from engine.formula.text import text_of
from engine.formula.tokens import refusal, shortened
from engine.formula.vocabulary import form_of, usage
from engine.indicators import WORDS, Kind, Parameter
from engine.indicators.registry import LONGEST

BARS_BACK = Parameter("bars", constant=True, whole=True, lowest=0, highest=LONGEST)


def check(root: Node) -> Kind:
    """The kind of a formula; raises FormulaInvalid at the first part that does not fit."""
    kind = _kind(root)
    if kind is Kind.DURATION:
        raise _stray_duration(root)
    return kind


def _kind(node: Node) -> Kind:
    match node:
        case Duration():
            return Kind.DURATION
        case Compared() | Calculated():
            _want(Kind.NUMBER, repr(node.operator.value), node.left, node.right)
            return Kind.CONDITION if isinstance(node, Compared) else Kind.NUMBER
        case Joined():
            _want(Kind.CONDITION, repr(node.operator.value), node.left, node.right)
            return Kind.CONDITION
        case Not():
            _want(Kind.CONDITION, "'not'", node.operand)
            return Kind.CONDITION
        case Negative():
            _want(Kind.NUMBER, "'-'", node.operand)
            return Kind.NUMBER
        case _:
            return _kind_of_compound(node)


def _kind_of_compound(node: Node) -> Kind:
    match node:
        case Shifted():
            _check_constant(BARS_BACK, node.bars, "[n]")
            return check(node.series)
        case Choice():
            _want(Kind.CONDITION, "'if'", node.condition)
            kind = check(node.then)
            _want(kind, "'else'", node.otherwise)
            return kind
        case OnTimeframe():
            return _check_on(node)
        case Call():
            return _check_call(node)
        case _:
            return Kind.NUMBER


def _want(kind: Kind, operator: str, *operands: Node) -> None:
    for operand in operands:
        found = _kind(operand)
        if found is Kind.DURATION:
            raise _stray_duration(operand)
        if found is not kind:
            text = shortened(text_of(operand))
            remedy = "compare it, as in x > 0" if kind is Kind.CONDITION else ""
            raise refusal(
                f"{operator} needs {kind.value}, and {text} is {found.value},",
                _start(operand),
                remedy,
            )


def _start(node: Node) -> int:
    return min(part.column for part in walk(node))


def _stray_duration(node: Node) -> Exception:
    remedy = "it stands in a function such as change(1d)"
    return refusal(f"a duration, {text_of(node)}, stands alone", node.column, remedy)


def _check_on(node: OnTimeframe) -> Kind:
    for part in walk(node.operand):
        if isinstance(part, OnTimeframe):
            raise refusal("on(...) inside on(...)", part.column, "name the timeframe once")
        if isinstance(part, Holding):
            raise refusal(f"{part.name!r} inside on(...)", part.column, "write it outside")
    return check(node.operand)


def _check_call(call: Call) -> Kind:
    counts = [len(form.parameters) for form in WORDS[call.name]]
    given = len(call.arguments)
    if given not in counts:
        wanted = " or ".join(str(count) for count in sorted(counts))
        plural = "" if wanted == "1" else "s"
        raise refusal(
            f"{call.name} takes {wanted} argument{plural}, not {given},",
            call.column,
            f"write {usage(call.name)}",
        )
    form = form_of(call)
    for parameter, argument in zip(form.parameters, call.arguments, strict=True):
        _check_argument(parameter, argument, call.name)
    return form.result


def _check_argument(parameter: Parameter, argument: Node, function: str) -> None:
    if parameter.kind is Kind.DURATION:
        if not isinstance(argument, Duration):
            text = shortened(text_of(argument))
            remedy = f"write {usage(function)}, a duration being 15m, 4h, 1d or 1w"
            raise refusal(f"{text} is no duration", _start(argument), remedy)
    elif parameter.constant:
        _check_constant(parameter, argument, function)
    else:
        _want(parameter.kind, f"{parameter.name} of {function}", argument)


def _check_constant(parameter: Parameter, argument: Node, function: str) -> None:
    text, column = shortened(text_of(argument)), _start(argument)
    what = f"{parameter.name} of {function}"
    if not is_constant(argument):
        raise refusal(f"{what} is a fixed number, and {text} is not,", column)
    _want(Kind.NUMBER, what, argument)
    # As 90% is 0.9, it would silently ask for the 0.9th percentile.
    if parameter.name == "p" and any(isinstance(p, Number) and p.percent for p in walk(argument)):
        raise refusal(f"{what} is counted from 0 to 100, without %,", column)
    if not parameters_of(argument):
        value = fold(argument, {})
        if value is None or not parameter.admits(float(value)):
            raise refusal(f"{what} is {parameter.rule}, not {text},", column)
