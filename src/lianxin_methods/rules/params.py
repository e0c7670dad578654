"""Dated parameters: thresholds with their source, put into a rule before it is used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .faults import RuleFault
from .nodes import Compare, Const, Holds, Leaf, Missing, Node, OneOf, Param, Value, checked_leaf, map_leaves
from .vocabulary import Scalar, Vocabulary


@dataclass(frozen=True, slots=True)
class ParamValue:
    """What a parameter is from a day until before a day (参数), and who says so."""

    code: str
    value: Scalar
    valid_from: date
    valid_until: date | None = None
    jurisdiction: str = ""
    source: str = ""
    article: str = ""
    unit: str = ""


Params = Mapping[str, ParamValue]


def params_on(values: Iterable[ParamValue], day: date) -> dict[str, ParamValue]:
    """The value of each parameter that holds on the day. Raises ValueError where two hold."""
    found: dict[str, ParamValue] = {}
    for value in values:
        if value.valid_from <= day and (value.valid_until is None or day < value.valid_until):
            if value.code in found:
                raise ValueError(f"{value.code}: two values hold on {day}")
            found[value.code] = value
    return found


def resolve(node: Node, vocabulary: Vocabulary, params: Params) -> Node:
    """The rule with its parameters looked up. Raises RuleFault for one that has no value or one of the wrong type."""

    def put(value: Value) -> Value:
        if isinstance(value, Const):
            return value
        if value.code not in params:
            zh = f"参数“{value.code}”在这一天没有值。"
            raise RuleFault(zh, f"Parameter {value.code!r} has no value on this day.")
        return Const(params[value.code].value, value.code)

    def change(leaf: Leaf) -> Node:
        if isinstance(leaf, Missing | Holds):
            return leaf
        if isinstance(leaf, OneOf):
            return checked_leaf(OneOf(leaf.name, tuple(put(v) for v in leaf.values)), vocabulary)
        return checked_leaf(Compare(leaf.name, leaf.op, put(leaf.value)), vocabulary)

    return map_leaves(node, change)


def is_resolved(node: Node) -> bool:
    from .nodes import leaves, values_in

    return not any(isinstance(v, Param) for leaf in leaves(node) for v in values_in(leaf))
