"""Copies the few front-end files we serve out of node_modules into var/vendor, which git ignores."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": "icons/tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "icons/fonts/tabler-icons.woff2",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
}


def main() -> None:
    """Copy every file; a missing one stops the build with its name."""
    for source, target in FILES.items():
        destination = ROOT / "var" / "vendor" / target
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, destination)


if __name__ == "__main__":
    main()
