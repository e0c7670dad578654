"""A rule as text again: the canonical form, and plain Chinese or English."""

import json
from datetime import date
from decimal import Decimal

from .faults import Language
from .nodes import SIGN, AllOf, AnyOf, Compare, Const, Holds, Leaf, Missing, Node, Not, OneOf, Op, Param, Value
from .vocabulary import Name, Scalar, Vocabulary

WORDS: dict[Language, dict[Op, str]] = {
    "zh": {"eq": "是", "ne": "不是", "lt": "少于", "le": "不超过", "gt": "多于", "ge": "不少于"},
    "en": {
        "eq": "is",
        "ne": "is not",
        "lt": "is less than",
        "le": "is at most",
        "gt": "is more than",
        "ge": "is at least",
    },
}
DATE_WORDS: dict[Language, dict[Op, str]] = {
    "zh": {"eq": "是", "ne": "不是", "lt": "早于", "le": "不晚于", "gt": "晚于", "ge": "不早于"},
    "en": {
        "eq": "is",
        "ne": "is not",
        "lt": "is before",
        "le": "is on or before",
        "gt": "is after",
        "ge": "is on or after",
    },
}


def canonical(node: Node) -> str:
    """The one way to write this rule: `parse(canonical(node)) == node`."""
    return _write(node, inside=False)


def _write(node: Node, inside: bool) -> str:
    if isinstance(node, AllOf | AnyOf):
        word = " and " if isinstance(node, AllOf) else " or "
        text = word.join(_write(part, inside=True) for part in node.parts)
        return f"({text})" if inside else text
    if isinstance(node, Not):
        return _write_not(node.part)
    if isinstance(node, Compare):
        return f"{node.name} {SIGN[node.op]} {_write_value(node.value)}"
    if isinstance(node, OneOf):
        return f"{node.name} in {_write_values(node)}"
    return node.name if isinstance(node, Holds) else f"{node.name} is None"


def _write_not(part: Node) -> str:
    if isinstance(part, OneOf):
        return f"{part.name} not in {_write_values(part)}"
    if isinstance(part, Missing):
        return f"{part.name} is not None"
    if isinstance(part, Compare):
        return f"not ({_write(part, inside=False)})"
    return f"not {_write(part, inside=True)}"


def _write_values(node: OneOf) -> str:
    inner = ", ".join(_write_value(v) for v in node.values)
    return f"({inner},)" if len(node.values) == 1 else f"({inner})"


def _write_value(value: Value) -> str:
    if isinstance(value, Param) or value.param:
        return f"param({json.dumps(value.code if isinstance(value, Param) else value.param)})"
    return literal(value.value)


def literal(value: Scalar) -> str:
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return format_float(value) if isinstance(value, float) else repr(value)


def format_float(value: float) -> str:
    """Digits only, never an exponent."""
    text = repr(value)
    return text if "e" not in text else format(Decimal(text), "f")


def sentence(node: Node, vocabulary: Vocabulary, language: Language) -> str:
    """The rule as a reader says it."""
    return _say(node, vocabulary, language, None)


def _say(node: Node, vocabulary: Vocabulary, language: Language, above: type | None) -> str:
    if isinstance(node, Not):
        inner = _say(node.part, vocabulary, language, None)
        return f"并非“{inner}”" if language == "zh" else f"not ({inner})"
    if isinstance(node, AllOf | AnyOf):
        joins = ("，并且", "，或者") if language == "zh" else (" and ", " or ")
        join = joins[isinstance(node, AnyOf)]
        text = join.join(_say(part, vocabulary, language, type(node)) for part in node.parts)
        brackets = "（{}）" if language == "zh" else "({})"
        return text if above in (None, type(node)) else brackets.format(text)
    return say_leaf(node, vocabulary, language)


def say_leaf(leaf: Leaf, vocabulary: Vocabulary, language: Language) -> str:
    """One condition in words: "用工人数不少于 25 人"."""
    name = vocabulary[leaf.name]
    label = name.label(language)
    if isinstance(leaf, Holds):
        return label
    if isinstance(leaf, Missing):
        return f"{label}不清楚" if language == "zh" else f"{label} is unknown"
    if isinstance(leaf, OneOf):
        values = [say_value(v, name, language) for v in leaf.values]
        return f"{label}是{'、'.join(values)}之一" if language == "zh" else f"{label} is one of {', '.join(values)}"
    words = (DATE_WORDS if name.type == "date" else WORDS)[language][leaf.op]
    value = say_value(leaf.value, name, language)
    gap = "" if language == "zh" and not value[:1].isascii() else " "
    return f"{label}{words}{gap}{value}" if language == "zh" else f"{label} {words} {value}"


def say_value(value: Value | Scalar | None, name: Name, language: Language) -> str:
    """A value with its unit, a code by its label, a day as people write it."""
    if isinstance(value, Param):
        return f"参数 {value.code}" if language == "zh" else f"parameter {value.code}"
    if isinstance(value, Const):
        said = say_value(value.value, name, language)
        if not value.param:
            return said
        return f"{said}（参数 {value.param}）" if language == "zh" else f"{said} (parameter {value.param})"
    if value is None:
        return "不清楚" if language == "zh" else "unknown"
    return _say_scalar(value, name, language)


def _say_scalar(value: Scalar, name: Name, language: Language) -> str:
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日" if language == "zh" else value.isoformat()
    if isinstance(value, str):
        option = name.option(value)
        said = (option.zh if language == "zh" else option.en) if option else value
        return f"「{said}」" if language == "zh" else f"“{said}”"
    number = format_float(value) if isinstance(value, float) else f"{value}"
    unit = name.unit_zh if language == "zh" else name.unit_en
    return f"{number} {unit}" if unit else number
