"""`lianxin-methods text-eval` and `themes`: messages from CSV files, without a database."""

import argparse
import csv
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

COLUMNS = ("tokens", "text")


def add_commands(methods: Any) -> None:
    """Puts the commands under the parser of `lianxin-methods`."""
    parser = methods.add_parser("text-eval", help="learn kinds from one table of messages, test them on another")
    parser.add_argument("--train", type=Path, required=True, help="CSV with labels")
    parser.add_argument("--test", type=Path, required=True, help="CSV with labels")
    parser.add_argument("--text-column", choices=COLUMNS, default="text", help="a subject column is read before text")
    parser.add_argument("--label-column", default="label")
    parser.add_argument("--model", type=Path, help="write the model file here")
    parser.set_defaults(run=run_eval)
    parser = methods.add_parser("themes", help="find issues that come again in a stream of messages")
    parser.add_argument("messages", type=Path, help="CSV with id, text, and where there are: subject, time")
    parser.add_argument("--out", type=Path, required=True, help="CSV to write: id, theme")
    parser.set_defaults(run=run_themes)


def run_eval(options: argparse.Namespace) -> int:
    """0 with one line of JSON, 2 if a table cannot be read or is too small."""
    from .classify import TooFewMessages
    from .tables import BadTable

    try:
        print(
            json.dumps(evaluate(options.train, options.test, options.text_column, options.label_column, options.model))
        )
    except (BadTable, TooFewMessages) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def evaluate(
    train_path: Path, test_path: Path, column: str, label: str, model_path: Path | None = None
) -> dict[str, Any]:
    """Learns from one table, proposes for the other, and counts.

    seconds: learning and proposing, without reading files and without the compiler, which runs once an installation.
    """
    import numpy as np

    from . import scores as count
    from .classify import train
    from .surety import ASKED, share_at
    from .tables import message_texts, read_table

    learn, test = read_table(train_path, (label,)), read_table(test_path, (label,))
    texts, tests = (
        message_texts(rows, _column(rows, column, path)) for rows, path in ((learn, train_path), (test, test_path))
    )
    train([f"{c}{c}{i % 5}{c}" for i, c in enumerate("东南西北" * 10)], list("东南西北" * 10)).propose(["东"])
    start = time.perf_counter()
    model = train(texts, [row[label] for row in learn])
    learned = time.perf_counter()
    proposals = model.propose(tests)
    ended = time.perf_counter()
    known = np.array([row[label] for row in test])
    said = np.array([p.kind for p in proposals])
    second = np.array([p.second for p in proposals])
    chance, sure = np.array([p.chance for p in proposals]), np.array([p.is_sure for p in proposals])
    right = (said == known).astype(np.float64)
    if model_path:
        model.save(model_path)
    return {
        "macro_f1": round(count.macro_f1(known, said), 4),
        "accuracy": round(count.accuracy(known, said), 4),
        "top2": round(float(((said == known) | (second == known)).mean()), 4),
        "sure_share_at_98": round(share_at(chance, right, ASKED), 4),
        "seconds": round(ended - start, 3),
        "sure_share": round(float(sure.mean()), 4),
        "sure_accuracy": round(float(right[sure].mean()), 4) if sure.any() else None,
        "train_seconds": round(learned - start, 3),
        "messages_per_second": round(len(tests) / max(1e-9, ended - learned)),
        "train_messages": len(texts),
        "test_messages": len(tests),
    }


def _column(rows: list[dict[str, str]], column: str, path: Path) -> str:
    """The column asked for, or the other one where the table has only that: raw text meets cut text."""
    from .tables import BadTable

    for name in (column, *COLUMNS):
        if name in rows[0]:
            if name != column:
                sys.stderr.write(f"{path}: no column {column}; reads {name}\n")
            return name
    raise BadTable(f"{path}: lacks the column {column} (it has {', '.join(rows[0])})")


def run_themes(options: argparse.Namespace) -> int:
    """0 with one line of JSON about what was found, 2 if the table cannot be read or written."""
    from .tables import BadTable, read_messages
    from .themes import Message, themes_of

    try:
        messages = read_messages(options.messages)
        themes_of([Message(str(i), "路灯不亮") for i in range(3)])
        start = time.perf_counter()
        found = themes_of(messages)
        seconds = time.perf_counter() - start
        with options.out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "theme"), *((m.id, t) for m, t in zip(messages, found, strict=True))])
    except (BadTable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sizes = Counter(found).values()
    about = {"messages": len(messages), "themes": sum(n > 1 for n in sizes), "alone": sum(n == 1 for n in sizes)}
    print(json.dumps({**about, "largest": max(sizes), "seconds": round(seconds, 3)}))
    return 0
