"""The tree in a text: YAML or JSON, bounded in size, depth and parts, each key once."""

from __future__ import annotations

import json
from typing import Any

import yaml

from engine.errors import StrategyInvalid

LONGEST = 65_536
DEEPEST = 8
MOST_PARTS = 4_000

# The C parser does not recurse while it counts, so a deep text costs no stack.
_Fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_tree(text: str) -> dict[str, Any]:
    """The document as a dictionary of plain values. Raises StrategyInvalid with the place."""
    if len(text) > LONGEST:
        detail = f"a document has at most {LONGEST} characters, this one {len(text)}"
        raise StrategyInvalid(detail, "", "strategy.too_long", most=str(LONGEST))
    try:
        _count(text)
        tree = json.loads(text, object_pairs_hook=_unique) if _is_json(text) else _yaml(text)
    except yaml.YAMLError as error:
        raise _yaml_complaint(error) from error
    except (ValueError, RecursionError) as error:
        detail = f"the text is no YAML or JSON: {str(error)[:200]}"
        raise StrategyInvalid(detail, "", "strategy.no_yaml") from error
    if not isinstance(tree, dict):
        detail = "a document starts with its name, as in strategy: sma-cross"
        raise StrategyInvalid(detail, "", "strategy.no_document")
    return tree


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _yaml(text: str) -> object:
    tree: object = yaml.load(text, Loader=_Unique)  # noqa: S506 -- a SafeLoader, stricter
    return tree


def _count(text: str) -> None:
    """Refuse what is too deep or too large, and every alias, before anything is built."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Fast), 1):
        if isinstance(event, yaml.AliasEvent):
            detail = "write it out: aliases such as *x are not read"
            raise StrategyInvalid(detail, "", "strategy.alias")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST or number > MOST_PARTS:
            raise _too_deep()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in pairs:
        if key in tree:
            raise StrategyInvalid("it is given twice", key[:40], "strategy.twice")
        tree[key] = value
    return tree


class _Unique(yaml.SafeLoader):
    """A safe loader that lets no key stand twice."""


def _mapping(loader: _Unique, node: yaml.MappingNode) -> dict[str, Any]:
    pairs = []
    for key, value in node.value:
        name = loader.construct_object(key)
        if not isinstance(name, str):
            line = node.start_mark.line + 1
            word = str(name)[:40]
            detail = f"line {line}: {word!r} is no key"
            raise StrategyInvalid(detail, "", "strategy.no_key", line=str(line), word=word)
        pairs.append((name, loader.construct_object(value, deep=True)))
    return _unique(pairs)


_Unique.add_constructor("tag:yaml.org,2002:map", _mapping)


def _too_deep() -> StrategyInvalid:
    detail = f"a document is at most {DEEPEST} levels deep and has at most {MOST_PARTS} parts"
    facts = {"levels": str(DEEPEST), "parts": str(MOST_PARTS)}
    return StrategyInvalid(detail, "", "strategy.too_deep", **facts)


def _yaml_complaint(error: yaml.YAMLError) -> StrategyInvalid:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "the text is no YAML"
    if "nesting depth" in problem:  # libyaml gives up before we have counted
        return _too_deep()
    if mark is None:
        return StrategyInvalid(str(problem), "", "strategy.no_yaml")
    line = str(mark.line + 1)
    return StrategyInvalid(f"line {line}: {problem}", "", "strategy.yaml_line", line=line)
