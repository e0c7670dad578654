import ast
from pathlib import Path

from django.apps import apps

from lianxin.trail.texts import TEXTS

SRC = Path(__file__).resolve().parents[2] / "src/lianxin"


def recorded_acts() -> dict[str, str]:
    """Every act that some `record(...)` call names, with the place of the call."""
    found: dict[str, str] = {}
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name != "record":
                continue
            for part in ast.walk(node.args[0]):  # also both arms of `"a" if x else "b"`
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.count(".") >= 1:
                    found[part.value] = f"{path.relative_to(SRC)}:{node.lineno}"
    return found


def test_every_recorded_act_has_a_text():
    missing = {act: place for act, place in recorded_acts().items() if act not in TEXTS}
    assert not missing


def test_acts_are_named_after_their_app():
    labels = {app.label for app in apps.get_app_configs() if app.name.startswith("lianxin.")}
    assert {act for act in TEXTS if act.split(".")[0] not in labels} == set()
    assert recorded_acts()
