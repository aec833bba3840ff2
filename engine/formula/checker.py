"""Kinds and arguments: what a tree must satisfy before it is called a formula."""

from __future__ import annotations

from engine.errors import FormulaInvalid
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
from engine.formula.tokens import shortened
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
            _want(Kind.NUMBER, node.operator.value, node.left, node.right)
            return Kind.CONDITION if isinstance(node, Compared) else Kind.NUMBER
        case Joined():
            _want(Kind.CONDITION, node.operator.value, node.left, node.right)
            return Kind.CONDITION
        case Not():
            _want(Kind.CONDITION, "not", node.operand)
            return Kind.CONDITION
        case Negative():
            _want(Kind.NUMBER, "-", node.operand)
            return Kind.NUMBER
        case _:
            return _kind_of_compound(node)


def _kind_of_compound(node: Node) -> Kind:
    match node:
        case Shifted():
            _check_constant(BARS_BACK, node.bars, "[n]")
            return check(node.series)
        case Choice():
            _want(Kind.CONDITION, "if", node.condition)
            kind = check(node.then)
            _want(kind, "else", node.otherwise)
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
            part = shortened(text_of(operand))
            wants = f"wants_{kind.value}"
            raise FormulaInvalid(wants, _start(operand), word=operator, part=part)


def _start(node: Node) -> int:
    return min(part.column for part in walk(node))


def _stray_duration(node: Node) -> FormulaInvalid:
    return FormulaInvalid("stray_duration", node.column, part=text_of(node))


def _check_on(node: OnTimeframe) -> Kind:
    for part in walk(node.operand):
        if isinstance(part, OnTimeframe):
            raise FormulaInvalid("nested_on", part.column)
        if isinstance(part, Holding):
            raise FormulaInvalid("holding_inside_on", part.column, word=part.name)
    return check(node.operand)


def _check_call(call: Call) -> Kind:
    counts = [len(form.parameters) for form in WORDS[call.name]]
    given = len(call.arguments)
    if given not in counts:
        raise FormulaInvalid(
            "argument_count",
            call.column,
            word=call.name,
            given=str(given),
            form=usage(call.name),
        )
    form = form_of(call)
    for parameter, argument in zip(form.parameters, call.arguments, strict=True):
        _check_argument(parameter, argument, call.name)
    return form.result


def _check_argument(parameter: Parameter, argument: Node, function: str) -> None:
    if parameter.kind is Kind.DURATION:
        if not isinstance(argument, Duration):
            part = shortened(text_of(argument))
            form = usage(function)
            raise FormulaInvalid("no_duration", _start(argument), part=part, form=form)
    elif parameter.constant:
        _check_constant(parameter, argument, function)
    else:
        _want(parameter.kind, _named(parameter, function), argument)


def _check_constant(parameter: Parameter, argument: Node, function: str) -> None:
    part, column = shortened(text_of(argument)), _start(argument)
    what = _named(parameter, function)
    if not is_constant(argument):
        raise FormulaInvalid("not_fixed", column, word=what, part=part)
    _want(Kind.NUMBER, what, argument)
    # As 90% is 0.9, it would silently ask for the 0.9th percentile.
    if parameter.name == "p" and any(isinstance(p, Number) and p.percent for p in walk(argument)):
        raise FormulaInvalid("without_percent", column, word=what)
    if not parameters_of(argument):
        value = fold(argument, {})
        if value is None or not parameter.admits(float(value)):
            raise out_of_range(parameter, what, part, column)


def _named(parameter: Parameter, function: str) -> str:
    """`sma: n`; bars back stand in brackets of their own."""
    return f"{function}: {parameter.name}"


def out_of_range(parameter: Parameter, what: str, part: str, column: int) -> FormulaInvalid:
    """A constant beyond what its place admits."""
    return FormulaInvalid(
        "whole_range" if parameter.whole else "range",
        column,
        word=what,
        part=part,
        lowest=f"{parameter.lowest:g}",
        highest=f"{parameter.highest:.10g}",
    )
