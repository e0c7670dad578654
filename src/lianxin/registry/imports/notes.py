"""What a person should know of a file although no row is set aside for it: buildings that are not on record."""

from typing import Any

import polars as pl

from .placing import Places

LISTED = 20
_BUILDING = (
    r"([\p{Han}A-Za-z0-9·]{2,14}?"
    r"(?:大厦|大楼|商务楼|写字楼|科技楼|创意园|产业园|工业园|科技园|工业区|孵化园|广场|商业中心|商务中心|购物中心|国际中心))"
)
_BEFORE = r"^.*(?:省|市|区|县|街道|镇|社区|村|路|街|道|巷|大道|号|交汇处|交界处|侧|旁|与)"
"""What stands before the name of a building in an address, as far right as it goes."""


def unknown_sites(frame: pl.DataFrame, places: Places) -> dict[str, Any]:
    """Names of buildings and parks that no site bears, with how many rows name each; the most frequent first."""
    said = []
    if "site@" in frame.columns:
        said.append(frame.filter(pl.col("site").is_not_null() & pl.col("site_id").is_null())["site"])
    if "address@" in frame.columns:
        said.append(_in_addresses(frame, places))
    if not said:
        return {}
    counted = (
        pl.concat([s.alias("name") for s in said]).value_counts().sort(["count", "name"], descending=[True, False])
    )
    if not counted.height:
        return {}
    return {
        "sites": counted.head(LISTED).rows(),
        "site_names": counted.height,
        "site_rows": int(counted["count"].sum()),
    }


def _in_addresses(frame: pl.DataFrame, places: Places) -> pl.Series:
    """Buildings that addresses name, where no column says the site and no known site stands in the address."""
    told = pl.col("site").is_null() if "site" in frame.columns else pl.lit(True)
    addresses = frame.filter(told & pl.col("address").is_not_null())["address"]
    named = addresses.filter(addresses.str.contains(_BUILDING))
    if places.sites.height:
        named = named.filter(~named.str.contains_any(places.sites["site"].to_list()))
    tail = named.str.replace(_BEFORE, "")
    return tail.str.extract(_BUILDING, 1).drop_nulls()
