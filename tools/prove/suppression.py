"""10,000 random tables: what the attacker with linear programming can work out of what is shown."""

from typing import Any

import numpy as np

from lianxin_methods.indicators.rollup import Tree, roll_up, tree_of
from lianxin_methods.privacy.attack import TOLERANCE, attack
from lianxin_methods.privacy.suppress import Need, protect, small

TABLES = 10_000
K = 10
SIZES = np.array([0, 0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 15, 20, 35, 60, 150, 900])


def random_tree(rng: np.random.Generator) -> Tree:
    """One top, up to five nodes below it, up to six below each of those, some with one level more."""
    paths = ["r"]
    for i in range(int(rng.integers(1, 6))):
        paths.append(f"r{i}")
        for j in range(int(rng.integers(0, 7))):
            paths.append(f"r{i}{j}")
            if rng.random() < 0.15:
                paths += [f"r{i}{j}{k}" for k in range(int(rng.integers(1, 4)))]
    return tree_of(np.arange(len(paths)), paths, 1)


def random_parts(rng: np.random.Generator, tree: Tree) -> np.ndarray[Any, Any]:
    """Sizes of all orders, coverage from none to all; inner nodes hold little or nothing themselves."""
    size = rng.choice(SIZES, len(tree))
    inner = np.isin(np.arange(len(tree)), tree.parent)
    size = np.where(inner & (rng.random(len(tree)) < 0.6), 0, size)
    hit = rng.binomial(size, rng.choice([0.0, 0.5, 0.9, 0.97, 1.0]))
    return roll_up(tree, np.column_stack([hit, size - hit]).astype(np.int64))


def one(rng: np.random.Generator, persons: bool) -> dict[str, int]:
    """Protect one table and attack it."""
    tree = random_tree(rng)
    parts = random_parts(rng, tree)
    size = parts.sum(axis=1)
    few, rest = small(parts[:, 0], K) & persons, small(parts[:, 1], K) & persons
    sensitive = small(size, K) | few | rest
    needs = [Need((0, 1)), Need((0,), few), Need((1,), rest)] if persons else [Need((0, 1))]
    hidden = protect(tree, parts, sensitive, needs, k=K, order=rng.permutation(len(tree)))
    alone = attack(tree, parts, sensitive)
    asked: list[tuple[Any, Any]] = [(None, hidden), ([0], few), ([1], rest)]
    found = [k for part, cells in asked if cells.any() for k in attack(tree, parts, hidden, part) if cells[k.cell]]
    return {
        "cells": len(tree),
        "small": int(sensitive.sum()),
        "hidden": int(hidden.sum()),
        "small_but_shown": int((sensitive & ~hidden).sum()),
        "worked_out": sum(k.width < TOLERANCE for k in found),
        "narrower_than_ten": sum(k.width < K - TOLERANCE for k in found),
        "worked_out_without_companions": sum(k.width < TOLERANCE for k in alone),
        "narrower_than_ten_without_companions": sum(k.width < K - TOLERANCE for k in alone),
    }


def main() -> dict[str, Any]:
    rng = np.random.default_rng(20260304)
    total: dict[str, int] = {}
    for number in range(TABLES):
        for name, count in one(rng, persons=number % 2 == 1).items():
            total[name] = total.get(name, 0) + count
    return {
        "tables": TABLES,
        "threshold": K,
        **total,
        "must": {
            "no small cell is shown": total["small_but_shown"] == 0,
            "no hidden cell can be worked out": total["worked_out"] == 0,
            "no hidden cell to within less than ten": total["narrower_than_ten"] == 0,
        },
    }
