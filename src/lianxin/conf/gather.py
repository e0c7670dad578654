"""Collects what each app offers in a module of an agreed name: hand-over, scope nodes, API routers, rule targets."""

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def modules(name: str) -> Iterator[tuple[str, ModuleType]]:
    """(app label, its module `name`) of every app of ours that has one, in the order of the settings."""
    for config in apps.get_app_configs():
        ours = config.module is not None and config.name.startswith("lianxin.")
        if ours and module_has_submodule(config.module, name):
            yield config.label, import_module(f"{config.name}.{name}")


def gather_access() -> None:
    """Give `access` the records behind scope nodes and the work that leave-taking hands over."""
    from lianxin.access.handover import HANDOVERS, Desk
    from lianxin.access.nodes import KINDS, LINES

    for _label, module in modules("nodes"):
        KINDS.update(getattr(module, "NODES", {}))
        LINES.extend([module.lines] if hasattr(module, "lines") else [])
    for label, module in modules("handover"):
        if hasattr(module, "hand_over"):
            HANDOVERS[label] = Desk(module.open_work, module.hand_over)


def gather_facts() -> None:
    """Give `figures` the frames that each app hands over."""
    from lianxin.kit.frames import FRAMES

    for _label, module in modules("facts"):
        FRAMES.update({frame.name: frame for frame in module.FACTS})


def gather_acts() -> None:
    """Give `trail` the text of every act and the name of every task."""
    from lianxin.trail.texts import learn

    for _label, module in modules("acts"):
        learn(module.ACTS, getattr(module, "JOBS", {}))


def gather_rules() -> None:
    """Give `rules` the records that each app lets rules speak of, and the sections of packs that it reads."""
    from lianxin.rules.catalogue import TARGETS
    from lianxin.rules.packs import SECTIONS

    for _label, module in modules("vocabulary"):
        TARGETS.update({target.code: target for target in module.TARGETS})
    for _label, module in modules("packs"):
        SECTIONS.update(module.SECTIONS)


def gather_places() -> None:
    """Tell `places` who carries facts over when areas go over into others: `areas_changed` of `reorganisation.py`."""
    from lianxin.places.followers import FOLLOWERS

    FOLLOWERS.extend(m.areas_changed for _, m in modules("reorganisation") if m.areas_changed not in FOLLOWERS)


def gather_desk() -> None:
    """Give `desk` what waits and what can be searched: `waiting_lines` and `search` of each app's `queries`."""
    from lianxin.desk.queries import SEARCHES, WAITING

    for _label, module in modules("queries"):
        WAITING.extend([module.waiting_lines] if hasattr(module, "waiting_lines") else [])
        SEARCHES.extend([module.search] if hasattr(module, "search") else [])
