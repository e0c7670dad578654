"""How many planted faults in the rule engine its tests notice: one changed operator or constant at a time.

A sample drawn with a fixed seed from all places in the evaluator, the compilers and the parser. Survivors are listed;
some change nothing that can be seen (a message's column, a bound never reached).
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

MODULES = (
    "record.py",
    "sql.py",
    "derive.py",
    "decision_table.py",
    "nodes.py",
    "parse.py",
    "tokens.py",
    "vocabulary.py",
)
MUTANTS = int(os.environ.get("MUTANTS", "60"))
RULES = Path("src/lianxin_methods/rules")
TESTS = ["tests/methods", "tests/rules/test_targets_agree.py"]
SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip


class Mutator(ast.NodeTransformer):
    """Changes the place with the number `at`; counts all places."""

    def __init__(self, at: int = -1) -> None:
        self.at, self.count, self.where = at, 0, ""

    def hit(self, node: ast.AST, what: str) -> bool:
        self.count += 1
        if self.count - 1 == self.at:
            self.where = f"line {getattr(node, 'lineno', '?')}: {what}"
            return True
        return False

    def visit_Compare(self, node: ast.Compare) -> ast.AST:  # noqa: N802 ast's own name
        self.generic_visit(node)
        for index, op in enumerate(node.ops):
            if type(op) in SWAPS and self.hit(node, f"{type(op).__name__} swapped"):
                node.ops[index] = SWAPS[type(op)]()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        if self.hit(node, f"{type(node.op).__name__} swapped"):
            node.op = SWAPS[type(node.op)]()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        if type(node.op) in SWAPS and self.hit(node, f"{type(node.op).__name__} swapped"):
            node.op = SWAPS[type(node.op)]()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self.hit(node, "not dropped"):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:  # noqa: N802
        if isinstance(node.value, bool) and self.hit(node, f"{node.value} turned round"):
            return ast.copy_location(ast.Constant(not node.value), node)
        if type(node.value) is int and self.hit(node, f"{node.value} + 1"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:  # noqa: N802 types are not run
        node.value = self.visit(node.value) if node.value else None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # noqa: N802
        node.body = [self.visit(part) for part in node.body]
        return node


def places(module: str) -> int:
    counter = Mutator()
    counter.visit(ast.parse((RULES / module).read_text()))
    return counter.count


def main() -> dict[str, Any]:
    """Share of sampled faults that the tests notice."""
    every = [(module, at) for module in MODULES for at in range(places(module))]
    chosen = random.Random(1).sample(every, min(MUTANTS, len(every)))
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "src"
        shutil.copytree("src", copy)
        if not _fails(copy):
            for module, at in chosen:
                where = _plant(copy, module, at)
                if not _fails(copy):
                    survivors.append(f"{module} {where}")
                shutil.copy(RULES / module, copy / "lianxin_methods/rules" / module)
        else:
            raise RuntimeError("the tests fail without any fault planted")
    killed = len(chosen) - len(survivors)
    return {
        "places": len(every),
        "planted": len(chosen),
        "noticed": killed,
        "rate": round(killed / len(chosen), 3),
        "survivors": survivors,
    }


def _plant(copy: Path, module: str, at: int) -> str:
    tree = ast.parse((RULES / module).read_text())
    mutator = Mutator(at)
    changed = ast.fix_missing_locations(mutator.visit(tree))
    (copy / "lianxin_methods/rules" / module).write_text(ast.unparse(changed))
    return mutator.where


def _fails(copy: Path) -> bool:
    """Whether any test fails, or does not end."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-o", f"pythonpath={copy} tests ."]
    env = {**os.environ, "PYTHONPATH": f"{copy}", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run([*command, *TESTS], env=env, capture_output=True, timeout=300).returncode != 0
    except subprocess.TimeoutExpired:
        return True
