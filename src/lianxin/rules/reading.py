"""YAML as people mean it: `on`, `yes` and `no` are words; only `true` and `false` are truth values (YAML 1.2)."""

import re
from pathlib import Path
from typing import Any


def read_yaml(path: Path) -> Any:
    """The content of a file. Raises OSError, UnicodeDecodeError, yaml.YAMLError."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Has its own resolvers, so that other readers of YAML keep theirs."""

        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":bool")]
            for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
    return yaml.load(path.read_text("utf-8"), Loader)  # noqa: S506 a safe loader
