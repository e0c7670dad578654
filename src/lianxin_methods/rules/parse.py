"""Text -> nodes: parsed with `ast`, never evaluated; whatever is not on the list is refused.

Grammar, in the words of Python's own: `or`, `and`, `not`, comparisons (chained too), `in` / `not in` a bracket of
values, `is None` / `is not None`, yes-or-no names alone, `date("2026-03-01")`, `param("union.headcount")`.
"""

import ast
from collections.abc import Collection

from .faults import Place, RuleFault
from .nodes import (
    MAX_DEPTH,
    AllOf,
    AnyOf,
    Compare,
    Const,
    Holds,
    Leaf,
    Missing,
    Node,
    Not,
    OneOf,
    Op,
    Param,
    Value,
    check_size,
    checked_leaf,
)
from .tokens import check_tokens, wrapped
from .vocabulary import Vocabulary, read_day

OPS: dict[type[ast.cmpop], Op] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
TURNED: dict[Op, Op] = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def parse(text: str, vocabulary: Vocabulary, params: Collection[str] | None = None) -> Node:
    """The rule as a tree, typed against the vocabulary.

    params : codes of the parameters there are; None lets any code pass until it is looked up.
    Raises RuleFault, with place and advice, for anything else than a rule of the language.
    """
    check_tokens(text)
    body = wrapped(text)
    try:
        tree = ast.parse(body, mode="eval").body
    except SyntaxError as error:
        raise _unreadable(error)
    except (RecursionError, MemoryError, ValueError):
        raise RuleFault("这条规则读不懂：套得太深。", "This rule cannot be read: nested too deeply.", Place(1, 0, 1, 1))
    node = _Reader(body, vocabulary, params).node(tree, 1)
    check_size(node)
    return node


def _unreadable(error: SyntaxError) -> RuleFault:
    line, column = max((error.lineno or 2) - 1, 1), max((error.offset or 1) - 1, 0)
    zh = "这里读不懂：看看前后是否少了值、括号或 and / or。"
    en = "This cannot be read: is a value, a bracket or `and` / `or` missing around here?"
    return RuleFault(zh, en, Place(line, column, line, column + 1))


class _Reader:
    """One reading of one text; every fault it raises carries its place."""

    def __init__(self, body: str, vocabulary: Vocabulary, params: Collection[str] | None) -> None:
        self.lines = body.split("\n")
        self.vocabulary = vocabulary
        self.params = params

    def place(self, tree: ast.expr) -> Place:
        """Places count characters; `ast` counts bytes."""

        def column(line: int, offset: int) -> int:
            return len(self.lines[line - 1].encode()[:offset].decode(errors="ignore"))

        end_line, end = tree.end_lineno or tree.lineno, tree.end_col_offset or tree.col_offset
        return Place(tree.lineno - 1, column(tree.lineno, tree.col_offset), end_line - 1, column(end_line, end))

    def refuse(self, tree: ast.expr, zh: str, en: str) -> RuleFault:
        return RuleFault(zh, en, self.place(tree))

    def node(self, tree: ast.expr, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self.refuse(tree, "括号或“not”套得太深，请拆成几条规则。", "Nested too deeply: split the rule.")
        if isinstance(tree, ast.BoolOp):
            parts = tuple(self.node(part, depth + 1) for part in tree.values)
            return AllOf(parts) if isinstance(tree.op, ast.And) else AnyOf(parts)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
            return Not(self.node(tree.operand, depth + 1))
        if isinstance(tree, ast.Compare):
            return self.comparison(tree)
        if isinstance(tree, ast.Name):
            return self.leaf(tree, Holds(self.name(tree)))
        raise self.refuse(
            tree, "这里要写一个条件，例如 headcount >= 25。", "A condition is expected here, such as x >= 25."
        )

    def comparison(self, tree: ast.Compare) -> Node:
        """One comparison, or a chain `25 <= headcount < 100` as all of its links."""
        sides = [tree.left, *tree.comparators]
        links = tuple(
            self.link(tree, left, op, right) for left, op, right in zip(sides, tree.ops, sides[1:], strict=False)
        )
        return links[0] if len(links) == 1 else AllOf(links)

    def link(self, tree: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node:
        if isinstance(op, ast.In | ast.NotIn):
            found = self.leaf(tree, OneOf(self.name(left), self.several(right)))
            return Not(found) if isinstance(op, ast.NotIn) else found
        if isinstance(op, ast.Is | ast.IsNot):
            if not (isinstance(right, ast.Constant) and right.value is None):
                raise self.refuse(right, "is 后面只能写 None。", "Only None may follow `is`.")
            missing = self.leaf(tree, Missing(self.name(left)))
            return Not(missing) if isinstance(op, ast.IsNot) else missing
        kind = OPS[type(op)]
        if isinstance(left, ast.Name):
            return self.leaf(tree, Compare(self.name(left), kind, self.value(right)))
        return self.leaf(tree, Compare(self.name(right), TURNED[kind], self.value(left)))

    def leaf(self, tree: ast.expr, leaf: Leaf) -> Node:
        try:
            return checked_leaf(leaf, self.vocabulary)
        except RuleFault as fault:
            raise fault.at(self.place(tree))

    def name(self, tree: ast.expr) -> str:
        if not isinstance(tree, ast.Name):
            raise self.refuse(tree, "比较的一边要是名称，另一边是值。", "One side must be a name, the other a value.")
        if tree.id not in self.vocabulary:
            raise self.refuse(tree, f"没有“{tree.id}”这个名称{self._near_zh(tree.id)}。", self._unknown_en(tree.id))
        return tree.id

    def _near(self, code: str) -> str:
        from difflib import get_close_matches

        return next(iter(get_close_matches(code, list(self.vocabulary.by_code), 1)), "")

    def _near_zh(self, code: str) -> str:
        return f"；是不是“{near}”" if (near := self._near(code)) else ""

    def _unknown_en(self, code: str) -> str:
        near = self._near(code)
        return f"There is no name {code!r}" + (f": did you mean {near!r}?" if near else ".")

    def several(self, tree: ast.expr) -> tuple[Value, ...]:
        if not isinstance(tree, ast.Tuple):
            zh, en = (
                '几个值写在括号里，一个值也要带逗号，例如 ("a",)。',
                'Write values in brackets, a single one with a comma: ("a",).',
            )
            raise self.refuse(tree, zh, en)
        return tuple(self.value(item) for item in tree.elts)

    def value(self, tree: ast.expr) -> Value:
        if isinstance(tree, ast.Call):
            return self.call(tree)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub) and isinstance(tree.operand, ast.Constant):
            number = tree.operand.value
            if isinstance(number, int | float) and not isinstance(number, bool):
                return Const(-number)
        if isinstance(tree, ast.Constant) and isinstance(tree.value, bool | int | float | str):
            return Const(tree.value)
        if isinstance(tree, ast.Constant) and tree.value is None:
            raise self.refuse(tree, "与 None 比较请写 is None。", "Write `is None`.")
        zh, en = "这里要写一个值：数、文字、日期或参数。", "A value is expected: number, text, date or parameter."
        raise self.refuse(tree, zh, en)

    def call(self, tree: ast.Call) -> Value:
        arguments = [a.value for a in tree.args if isinstance(a, ast.Constant) and type(a.value) is str]
        if not isinstance(tree.func, ast.Name) or tree.func.id not in ("date", "param"):
            zh, en = '只有 date("…") 和 param("…") 可以这样写。', 'Only date("…") and param("…") may be called.'
            raise self.refuse(tree, zh, en)
        if tree.keywords or len(tree.args) != 1 or len(arguments) != 1:
            zh, en = "括号里只写一段带引号的文字。", "Write exactly one quoted text in the brackets."
            raise self.refuse(tree, zh, en)
        return self.day(tree, arguments[0]) if tree.func.id == "date" else self.param(tree, arguments[0])

    def day(self, tree: ast.Call, text: str) -> Const:
        try:
            return Const(read_day(text))
        except ValueError:
            raise self.refuse(
                tree, f"没有“{text}”这一天；请写成 2026-03-01。", f"There is no day {text!r}: write 2026-03-01."
            )

    def param(self, tree: ast.Call, code: str) -> Param:
        if (self.params is not None and code not in self.params) or not code.isascii() or len(code) > 80:
            raise self.refuse(tree, f"没有“{code}”这个参数。", f"There is no parameter {code!r}.")
        return Param(code)
