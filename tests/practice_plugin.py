"""Collects what the tests prove: outcomes by practice of the case study, written once a session."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

OUTCOMES = Path(__file__).resolve().parents[1] / "var/practices.json"


class Practices:
    """Runs in the process that reports; workers hand over the numbers as user properties."""

    def __init__(self) -> None:
        self.outcomes: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, number in report.user_properties:
            if name == "practice" and (report.when == "call" or report.outcome != "passed"):
                self.outcomes[str(number)][report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        OUTCOMES.parent.mkdir(exist_ok=True)
        OUTCOMES.write_text(json.dumps(self.outcomes, ensure_ascii=False, sort_keys=True))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--practices", action="store_true", help="write which practices the tests prove")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "practice(*numbers): proves these practices of the case study")
    if config.getoption("--practices") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Practices())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("practice"):
            item.user_properties += [("practice", number) for number in mark.args]
