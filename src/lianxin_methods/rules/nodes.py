"""A rule as a tree of frozen nodes, and its JSON form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from .faults import RuleFault
from .vocabulary import Scalar, Vocabulary, check_value, read_day

Op = Literal["eq", "ne", "lt", "le", "gt", "ge"]
SIGN: dict[Op, str] = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
MAX_DEPTH = 24
MAX_NODES = 300


@dataclass(frozen=True, slots=True)
class Const:
    """A value written in the rule, or put in the place of a parameter (then `param` is its code)."""

    value: Scalar
    param: str = ""


@dataclass(frozen=True, slots=True)
class Param:
    """A dated parameter, not yet looked up."""

    code: str


Value = Const | Param


@dataclass(frozen=True, slots=True)
class Compare:
    """A name against a value."""

    name: str
    op: Op
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """A name's value is one of several."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing is known for the name. Never unknown itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Holds:
    """A name of type bool is true."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Node", ...]


Leaf = Compare | OneOf | Missing | Holds
Node = Leaf | Not | AllOf | AnyOf


def children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Not):
        return (node.part,)
    return node.parts if isinstance(node, AllOf | AnyOf) else ()


def leaves(node: Node) -> Iterator[Leaf]:
    """Every leaf, left to right."""
    if isinstance(node, Compare | OneOf | Missing | Holds):
        yield node
    for child in children(node):
        yield from leaves(child)


def names_in(node: Node) -> tuple[str, ...]:
    """Codes of the names used, each once, in order of appearance."""
    return tuple(dict.fromkeys(leaf.name for leaf in leaves(node)))


def values_in(leaf: Leaf) -> tuple[Value, ...]:
    if isinstance(leaf, Compare):
        return (leaf.value,)
    return leaf.values if isinstance(leaf, OneOf) else ()


def params_in(node: Node) -> tuple[str, ...]:
    """Codes of the parameters used, looked up or not, each once."""
    found = (v for leaf in leaves(node) for v in values_in(leaf))
    codes = (v.code if isinstance(v, Param) else v.param for v in found)
    return tuple(dict.fromkeys(code for code in codes if code))


def map_leaves(node: Node, change: Callable[[Leaf], Node]) -> Node:
    """The tree with every leaf changed."""
    if isinstance(node, Not):
        return Not(map_leaves(node.part, change))
    if isinstance(node, AllOf):
        return AllOf(tuple(map_leaves(p, change) for p in node.parts))
    if isinstance(node, AnyOf):
        return AnyOf(tuple(map_leaves(p, change) for p in node.parts))
    return change(node)


def check_size(node: Node, depth: int = 1) -> int:
    """Number of nodes and values. Raises RuleFault where the tree is too deep or too large."""
    if depth > MAX_DEPTH:
        raise RuleFault("括号或“not”套得太深，请拆成几条规则。", "Nested too deeply: split it into several rules.")
    size = 1 + sum(check_size(child, depth + 1) for child in children(node))
    if isinstance(node, OneOf):
        size += len(node.values)
    if size > MAX_NODES:
        raise RuleFault("规则太长，请拆成几条规则。", "The rule is too large: split it into several rules.")
    return size


def checked_leaf(leaf: Leaf, vocabulary: Vocabulary) -> Node:
    """The leaf with its values in the name's type; comparisons of bool become `Holds`. Raises RuleFault."""
    if leaf.name not in vocabulary:
        raise RuleFault(f"没有“{leaf.name}”这个名称。", f"There is no name {leaf.name!r}.")
    name = vocabulary[leaf.name]
    if isinstance(leaf, Holds) and name.type != "bool":
        raise RuleFault(f"“{name.zh}”要与一个值比较。", f"{name.code} must be compared with a value.")
    if isinstance(leaf, Missing | Holds):
        return leaf
    if isinstance(leaf, OneOf):
        if not leaf.values or name.type == "bool":
            raise RuleFault("in 后面要有至少一个值，且不用于是否。", "`in` needs values, and no yes-or-no name.")
        return OneOf(leaf.name, tuple(_typed(v, leaf.name, vocabulary) for v in leaf.values))
    if name.type in ("str", "enum", "bool") and leaf.op not in ("eq", "ne"):
        zh = f"“{name.zh}”没有大小先后，只能用 ==、!= 或 in。"
        raise RuleFault(zh, f"{name.code} has no order: use ==, != or in.")
    value = _typed(leaf.value, leaf.name, vocabulary)
    if name.type == "bool" and isinstance(value, Const):
        return Holds(leaf.name) if value.value is (leaf.op == "eq") else Not(Holds(leaf.name))
    if name.type == "bool":
        raise RuleFault("是否不能与参数比较。", "A yes-or-no name cannot be compared with a parameter.")
    return Compare(leaf.name, leaf.op, value)


def _typed(value: Value, name: str, vocabulary: Vocabulary) -> Value:
    if isinstance(value, Param):
        return value
    return Const(check_value(vocabulary[name], value.value), value.param)


def to_json(node: Node) -> list[Any]:
    """The tree as nested lists: `["all", ["ge", "age", 18], ["not", ["missing", "income"]]]`."""
    if isinstance(node, Compare):
        return [node.op, node.name, _value_to_json(node.value)]
    if isinstance(node, OneOf):
        return ["in", node.name, [_value_to_json(v) for v in node.values]]
    if isinstance(node, Missing | Holds):
        return ["missing" if isinstance(node, Missing) else "holds", node.name]
    word = "not" if isinstance(node, Not) else "all" if isinstance(node, AllOf) else "any"
    return [word, *(to_json(child) for child in children(node))]


def _value_to_json(value: Value) -> Any:
    if isinstance(value, Param):
        return {"param": value.code}
    raw = {"date": value.value.isoformat()} if isinstance(value.value, date) else value.value
    return {"param": value.param, "value": raw} if value.param else raw


def from_json(data: Any, vocabulary: Vocabulary) -> Node:
    """The tree of `to_json`, checked against the vocabulary as text is. Raises RuleFault."""
    try:
        node = _from_json(data, vocabulary, 1)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        if isinstance(error, RuleFault):
            raise
        raise RuleFault("这不是一条规则的 JSON。", "This is not the JSON of a rule.")
    check_size(node)
    return node


def _from_json(data: Any, vocabulary: Vocabulary, depth: int) -> Node:
    if not isinstance(data, list) or depth > MAX_DEPTH:
        raise ValueError(data)
    word, rest = data[0], data[1:]
    if word in ("all", "any"):
        parts = tuple(_from_json(part, vocabulary, depth + 1) for part in rest)
        if len(parts) < 2:
            raise ValueError(data)
        return AllOf(parts) if word == "all" else AnyOf(parts)
    if word == "not":
        (part,) = rest
        return Not(_from_json(part, vocabulary, depth + 1))
    return checked_leaf(_leaf_from_json(word, rest), vocabulary)


def _leaf_from_json(word: str, rest: list[Any]) -> Leaf:
    if word in ("missing", "holds"):
        (name,) = rest
        return Missing(name) if word == "missing" else Holds(name)
    name, value = rest
    if word == "in":
        return OneOf(name, tuple(_value_from_json(v) for v in value))
    if word not in SIGN:
        raise ValueError(word)
    return Compare(name, word, _value_from_json(value))


def _value_from_json(raw: Any) -> Value:
    if isinstance(raw, dict):
        if "date" in raw:
            return Const(read_day(raw["date"]))
        if "value" not in raw:
            return Param(str(raw["param"]))
        inner = _value_from_json(raw["value"])
        return Const(inner.value, str(raw["param"])) if isinstance(inner, Const) else inner
    return Const(raw)
