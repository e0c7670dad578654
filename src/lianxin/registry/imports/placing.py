"""From what a row says of its place to an area: the columns first, then the address, never a guess."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from lianxin.places.addresses import Gazetteer
from lianxin.places.models import AreaSpan, Scheme, Site

from ..models.imports import Import

_SUFFIX = r"(社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会|社区工作站|社区|街道办事处|街道办|街道)$"


class NoArea(RuntimeError):
    """There is no area at all to enter organisations in."""


@dataclass(frozen=True)
class Places:
    """All that placing a file needs, read once."""

    gazetteer: Gazetteer
    areas: pl.DataFrame
    """area_id, code, word (the name without its ending), path, placed."""
    home: int
    """Where organisations wait that are to be placed."""
    home_path: str
    """Rows outside it are set aside; "" reaches everywhere."""
    sites: pl.DataFrame
    """site (name), site_id, for names borne once."""

    @classmethod
    def on(cls, day: date, batch: Import) -> "Places":
        """Raises NoArea."""
        scheme = Scheme.objects.filter(is_primary=True).first()
        spans = AreaSpan.objects.on(day).filter(area__scheme=scheme)
        rows = list(spans.values_list("area_id", "area__code", "name", "path", "level"))
        if not rows or scheme is None:
            raise NoArea()
        depth = _depths(scheme)
        schema = {"area_id": pl.Int64, "code": pl.String, "name": pl.String, "path": pl.String, "placed": pl.String}
        areas = pl.DataFrame([(a, c, n, p, depth.get(lv, "none")) for a, c, n, p, lv in rows], schema, orient="row")
        areas = areas.with_columns(word_of(pl.col("name")).alias("word"))
        paths = dict(zip(areas["area_id"], areas["path"], strict=True))
        home = (
            batch.area_id
            if batch.area_id is not None and batch.area_id in paths
            else min(paths, key=lambda a: (len(paths[a]), a))
        )
        named = Site.objects.on(day).values_list("name", "pk")
        sites = pl.DataFrame(list(named), {"site": pl.String, "site_id": pl.Int64}, orient="row")
        sites = sites.filter(~pl.col("site").is_duplicated())
        return cls(Gazetteer.on(day), areas, home, paths[home] if batch.area_id else "", sites)

    def resolve_all(self, addresses: pl.Series) -> pl.DataFrame:
        """Each different address once: address, said_area, said_placed, within."""
        found = [(a, self.gazetteer.resolve(a)) for a in addresses.drop_nulls().unique().to_list()]
        schema = {"address": pl.String, "said_area": pl.Int64, "said_placed": pl.String, "within": pl.Int64}
        return pl.DataFrame([(a, r.area_id, r.placed, r.within) for a, r in found], schema, orient="row")


def _depths(scheme: Scheme) -> dict[str, str]:
    """Level code -> how far down it places an address."""
    levels = [level["code"] for level in scheme.levels]
    community = levels.index("community") if "community" in levels else len(levels) - 1
    names = {community - 1: "subdistrict"}
    return {code: "community" if at >= community else names.get(at, "none") for at, code in enumerate(levels)}


def word_of(text: pl.Expr) -> pl.Expr:
    """A name of an area without its ending, half-width, without spaces."""
    return text.str.normalize("NFKC").str.replace_all(r"\s+", "").str.replace(_SUFFIX, "")


def place(frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Add area_id, placed, path, site_id and faults of the columns `subdistrict`, `community` and `address`."""
    for level in ("subdistrict", "community"):
        frame = _look_up(frame, level, places.areas)
    told = frame.select("address").filter(pl.col("address").is_not_null()) if "address" in frame.columns else None
    if told is not None:
        frame = frame.join(places.resolve_all(told["address"]), on="address", how="left")
    else:
        nothing = [pl.lit(None, pl.Int64).alias("said_area"), pl.lit(None, pl.Int64).alias("within")]
        frame = frame.with_columns(*nothing, pl.lit("none").alias("said_placed"))
    paths = places.areas.select("area_id", "path", "placed")
    frame = frame.join(paths.select(said_area="area_id", said_path="path"), on="said_area", how="left")
    frame = _agree(frame)
    area = pl.coalesce("told_area", "said_area", "within", pl.lit(places.home, pl.Int64))
    frame = frame.with_columns(area.alias("area_id")).join(paths, on="area_id", how="left")
    unsure = pl.col("told_area").is_null() & pl.col("said_area").is_null()
    outside = ~pl.col("path").str.starts_with(places.home_path)
    frame = frame.with_columns(
        pl.when(unsure).then(pl.lit("none")).otherwise("placed").alias("placed"),
        pl.when(outside & unsure).then(places.home).otherwise("area_id").alias("area_id"),
        pl.when(outside & ~unsure).then(pl.lit("area_outside")).otherwise("area!").alias("area!"),
    )
    if "site" in frame.columns:
        return frame.join(places.sites, on="site", how="left")
    return frame.with_columns(pl.lit(None, pl.Int64).alias("site_id"))


def _look_up(frame: pl.DataFrame, level: str, areas: pl.DataFrame) -> pl.DataFrame:
    """Find the area of a column by its code or its name; a community's name counts within its subdistrict."""
    id_, path = f"{level}_id", f"{level}_path"
    if level not in frame.columns:
        return frame.with_columns(pl.lit(None, pl.Int64).alias(id_), pl.lit(None, pl.String).alias(path))
    above = pl.col("subdistrict_path") if level == "community" else pl.lit(None, pl.String)
    asked = (
        frame.select(pl.col(level).alias("said"), above.alias("above")).filter(pl.col("said").is_not_null()).unique()
    )
    asked = asked.with_columns(pl.col("said").str.normalize("NFKC").str.replace_all(r"\s+", "").alias("code"))
    asked = asked.with_columns(word_of(pl.col("said")).alias("word"))
    wanted = [level] if level == "subdistrict" else ["community", "subdistrict"]
    known = areas.filter(pl.col("placed").is_in(wanted))
    by_code = asked.join(areas, on="code", how="inner").select("said", "above", "area_id", "path")
    by_name = asked.join(known, on="word", how="inner").select("said", "above", "area_id", "path", "placed")
    # the word of a subdistrict in the column of communities counts only where no community bears it
    by_name = by_name.filter((pl.col("placed") == level) | ~(pl.col("placed") == level).any().over("said", "above"))
    found = pl.concat([by_code, by_name.drop("placed")]).unique()
    found = found.filter(pl.col("above").is_null() | pl.col("path").str.starts_with(pl.col("above")))
    once = found.group_by("said", "above").agg(pl.len().alias("bearers"), pl.first("area_id", "path"))
    frame = frame.join(
        once.rename({"said": level, "above": "_above", "area_id": id_, "path": path}),
        left_on=[level, above],
        right_on=[level, "_above"],
        how="left",
        nulls_equal=True,
    )
    fault = (
        pl.when(pl.col(f"{level}!").is_not_null() | pl.col(level).is_null())
        .then(pl.col(f"{level}!"))
        .when(pl.col("bearers").is_null())
        .then(pl.lit("area_unknown"))
        .when(pl.col("bearers") > 1)
        .then(pl.lit("area_two"))
    )
    return frame.with_columns(fault.alias(f"{level}!")).drop("bearers", "_above", strict=False)


def _agree(frame: pl.DataFrame) -> pl.DataFrame:
    """The lower of what columns and address say; set aside where one does not lie in the other."""
    told_area = pl.coalesce("community_id", "subdistrict_id")
    frame = frame.with_columns(
        told_area.alias("told_area"), pl.coalesce("community_path", "subdistrict_path").alias("told_path")
    )
    told, said = pl.col("told_path"), pl.col("said_path")
    address_is_lower = said.str.starts_with(told)
    contradicts = told.is_not_null() & said.is_not_null() & ~address_is_lower & ~told.str.starts_with(said)
    return frame.with_columns(
        pl.when(address_is_lower).then("said_area").otherwise("told_area").alias("told_area"),
        pl.when(contradicts).then(pl.lit("area_contradicts")).alias("area!"),
    )
