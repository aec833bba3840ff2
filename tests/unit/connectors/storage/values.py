"""Any value that the desk stores, drawn from its type hints."""

import types
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

SCALARS = {
    str: st.text(max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=None),
    Path: st.text("abc/.é ", min_size=1).map(Path),
    object: st.none() | st.text(max_size=5) | st.integers(0, 9) | st.lists(st.text(max_size=3)),
}


def values_of(form):
    """A strategy for any type that the desk stores, from its type hints."""
    if isinstance(form, NewType):
        return values_of(form.__supertype__)
    if form is type(None):
        return st.none()
    if form in SCALARS:
        return SCALARS[form]
    origin, arms = get_origin(form), get_args(form)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values_of, arms))
    if origin is tuple:
        if arms[1:] == (Ellipsis,):
            return st.lists(values_of(arms[0]), max_size=3).map(tuple)
        return st.tuples(*map(values_of, arms))
    if isinstance(form, type) and issubclass(form, Enum):
        return st.sampled_from(form)
    if is_dataclass(form):
        hints = get_type_hints(form)
        return st.builds(
            form, **{field.name: values_of(hints[field.name]) for field in fields(form)}
        )
    return st.dictionaries(st.text(max_size=5), values_of(arms[1]), max_size=3)
