"""A file against itself and against the record: what is new, changed, unchanged, set aside.

Works on whole columns; one row that is mended goes through the same steps as a frame of one.
"""

from datetime import date

import polars as pl

from .fields import Field, RosterKind
from .named_bodies import SAYS, name_bodies
from .placing import Places, place
from .reading import read_columns
from .records import FACTS, folded

COMPARED = tuple(FACTS)
TYPES = {**FACTS, SAYS: pl.Boolean}
_TOTALS = ["合计", "总计", "小计", "共计", "汇总", "total", "sum"]


def examine(
    raw: pl.DataFrame, *, kind: RosterKind, key: str, places: Places, record: pl.DataFrame, today: date, day: date
) -> pl.DataFrame:
    """Add to the rows of a file what becomes of them.

    raw : `row` and the cells as written, by field code.
    record : from `records.on_record`; day : from which the file holds.
    Returns columns: row, state, ref, span, key, the value of every field, `on_` columns of the record, `<field>!`
    with the code of a fault, `row!` for the whole row, and what the words of faults need.
    """
    fields = [f for f in kind.fields if f.code in raw.columns]
    frame = read_columns(raw, fields, today)
    missing = [f for f in kind.fields if f.code not in raw.columns]
    nothing = [pl.lit(None, TYPES.get(f.code, pl.String)).alias(f.code) for f in missing]
    frame = frame.with_columns(*nothing, *[pl.lit(None, pl.String).alias(f"{f.code}!") for f in missing])
    frame = place(frame, places)
    frame = _recognise(frame, key)
    frame = _match(frame, record, key)
    frame = _fit_together(frame, fields, day)
    frame = _against_record(frame, record, day)
    frame = name_bodies(frame, places.home_path)
    frame = _twice_in_file(frame)
    frame = _fill_in_new(frame)
    frame = _differ(frame)
    frame = frame.with_columns(_newer(day))
    return frame.with_columns(state().alias("state"))


def fault_columns(frame: pl.DataFrame) -> list[str]:
    return [c for c in frame.columns if c.endswith("!")]


def state() -> pl.Expr:
    """What becomes of a row."""
    return (
        pl.when(pl.any_horizontal(pl.col("^.*!$").is_not_null()))
        .then(pl.lit("set_aside"))
        .when(pl.col("ref").is_null())
        .then(pl.lit("new"))
        .when(pl.any_horizontal(pl.col("^.*~$")))
        .then(pl.lit("changed"))
        .otherwise(pl.lit("unchanged"))
    )


def _first_fault(column: str, condition: pl.Expr, code: str) -> pl.Expr:
    """Note a fault where the column has none yet."""
    return pl.when(pl.col(column).is_null() & condition).then(pl.lit(code)).otherwise(pl.col(column)).alias(column)


def _recognise(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """The key of each row, and what is wrong with it."""
    name, address = folded(pl.col("name")), folded(pl.col("address"))
    by = {"credit_code": pl.col("credit_code"), "name": name, "name_address": name + "|" + address}[key]
    whole = pl.col("credit_code!").is_null() & pl.col("name!").is_null()
    frame = frame.with_columns(
        name.alias("folded"),
        pl.when(whole).then(by).alias("key"),
        pl.when(name.is_in(_TOTALS)).then(pl.lit("total_row")).otherwise(pl.col("name!")).alias("name!"),
    )
    if key == "credit_code":
        return frame.with_columns(_first_fault("credit_code!", pl.col("credit_code").is_null(), "code_missing"))
    if key == "name_address":
        return frame.with_columns(_first_fault("address!", pl.col("address").is_null(), "address_missing"))
    return frame


def _match(frame: pl.DataFrame, record: pl.DataFrame, key: str) -> pl.DataFrame:
    """Find each row on record by the key; a new code also finds the one record of that name that has no code yet."""
    on_folded, address = pl.col("on_folded"), folded(pl.col("on_address"))
    by = {"credit_code": pl.col("on_credit_code"), "name": on_folded, "name_address": on_folded + "|" + address}[key]
    known = record.with_columns(by.alias("key")).filter(pl.col("key").is_not_null()).sort("until", nulls_last=False)
    known = known.with_columns(pl.col("until").is_null().sum().over("key").alias("twice")).unique("key", keep="first")
    if key == "credit_code":
        loose = record.filter(pl.col("on_credit_code").is_null() & pl.col("until").is_null())
        loose = loose.filter(~pl.col("on_folded").is_duplicated())
        strange = frame.join(known, on="key", how="anti").filter(pl.col("key").is_not_null())
        strange = strange.filter(~pl.col("folded").is_duplicated()).select("key", "folded")
        by_name = loose.join(strange, left_on="on_folded", right_on="folded", how="inner", coalesce=False)
        known = pl.concat([known, by_name.with_columns(pl.lit(1, pl.UInt32).alias("twice")).select(known.columns)])
    return frame.join(known, on="key", how="left")


def _fit_together(frame: pl.DataFrame, fields: list[Field], day: date) -> pl.DataFrame:
    """Facts of one row that must fit each other."""
    has_name = any(f.code == "name" for f in fields)
    nameless = pl.col("name").is_null() & (pl.lit(has_name) | pl.col("ref").is_null())
    headcount = pl.coalesce("headcount", "on_headcount")
    return frame.with_columns(
        headcount.alias("whole"),
        _first_fault("name!", nameless, "name_missing"),
        _first_fault("women!", pl.col("women") > headcount, "count_above"),
        _first_fault("young_people!", pl.col("young_people") > headcount, "count_above"),
        _first_fault("closed_on!", pl.col("closed_on") < pl.coalesce("opened_on", "on_opened_on"), "closed_before"),
    ).with_columns(((pl.col("closed_on") <= day) & pl.col("ref").is_not_null()).fill_null(False).alias("closes"))


def _against_record(frame: pl.DataFrame, record: pl.DataFrame, day: date) -> pl.DataFrame:
    """What cannot be said of the record that was found."""
    owners = record.filter(pl.col("until").is_null() & pl.col("on_credit_code").is_not_null())
    owners = owners.select(credit_code="on_credit_code", owner="ref", taken_by="on_name").unique("credit_code")
    frame = frame.join(owners, on="credit_code", how="left")
    taken = pl.col("owner").is_not_null() & ~pl.col("owner").eq_missing(pl.col("ref"))
    is_closed = pl.col("until").is_not_null()
    same_close = pl.col("closed_on") == pl.col("until")
    return frame.with_columns(
        _first_fault("credit_code!", taken & pl.col("credit_code!").is_null(), "code_taken"),
        _first_fault("name!", pl.col("twice") > 1, "name_twice"),
    ).with_columns(
        pl.when(pl.col("is_hidden"))
        .then(pl.lit("changed_meanwhile"))
        .when(is_closed & ~same_close.fill_null(False))
        .then(pl.lit("closed_on_record"))
        .alias("row!"),
        _first_fault("closed_on!", pl.col("ref").is_null() & (pl.col("closed_on") <= day), "closed_unknown"),
    )


def _twice_in_file(frame: pl.DataFrame) -> pl.DataFrame:
    """The first right row of a record counts; later ones are set aside with its number."""
    sound = pl.all_horizontal(pl.col(fault_columns(frame)).is_null())
    frame = frame.with_columns(sound.alias("sound"), pl.col("ref").cast(pl.String).alias("_ref"))
    firsts = [
        pl.when(pl.col("sound") & pl.col(c).is_not_null())
        .then(pl.col("row").filter("sound").min().over(c))
        .alias(f"first_{c}")
        for c in ("key", "_ref", "credit_code")
    ]
    frame = frame.with_columns(firsts)
    first = pl.min_horizontal("first_key", "first__ref", "first_credit_code")
    frame = frame.with_columns(pl.when(first < pl.col("row")).then(first).alias("first_row")).drop(
        "^first_(key|_ref|credit_code)$"
    )
    compared = ["name", "address", "kind", "headcount", "women", "young_people", "league_members", "union_members"]
    compared += ["opened_on", "closed_on", "credit_code", "site", "area_id"]
    again = frame.filter(pl.col("first_row").is_not_null()).select("row", "first_row", *compared)
    original = frame.select(pl.col("row").alias("first_row"), *[pl.col(c).alias(f"{c}_") for c in compared])
    again = again.join(original, on="first_row", how="left")
    differ = [pl.when(pl.col(c).ne_missing(pl.col(f"{c}_"))).then(pl.lit(c)) for c in compared]
    again = again.select("row", pl.concat_list(differ).list.drop_nulls().alias("differing"))
    frame = frame.join(again, on="row", how="left")
    same = (
        pl.when(pl.col("differing").list.len() > 0).then(pl.lit("same_key_in_file")).otherwise(pl.lit("same_in_file"))
    )
    return frame.with_columns(
        pl.when(pl.col("first_row").is_not_null()).then(same).otherwise(pl.col("row!")).alias("row!")
    )


def _fill_in_new(frame: pl.DataFrame) -> pl.DataFrame:
    """What an organisation that is new is, where its row does not say: by its credit code, else by its name."""
    prefixes = {"91": "enterprise", "92": "sole_trader", "93": "enterprise", "51": "association", "52": "service_org"}
    prefixes |= {"53": "foundation", "11": "agency", "12": "institution", "81": "union"}
    is_firm = pl.col("name").str.contains(r"(公司|集团|合伙\)?|厂|合伙企业.*|Ltd\.?|Inc\.?|LLC)$")
    by_name = pl.when(is_firm).then(pl.lit("enterprise")).otherwise(pl.lit("other"))
    by_code = pl.col("credit_code").str.slice(0, 2).replace_strict(prefixes, default=None, return_dtype=pl.String)
    is_new = pl.col("ref").is_null()
    frame = frame.with_columns(
        pl.when(is_new).then(pl.coalesce("kind", by_code, by_name)).otherwise("kind").alias("kind")
    )
    social = pl.col("kind").is_in(["association", "service_org", "foundation"])
    return frame.with_columns(
        pl.when(is_new).then(pl.coalesce("is_new_org", social)).otherwise("is_new_org").alias("is_new_org")
    )


def _differ(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns `<fact>~`: whether the file says something else than the record. An empty cell says nothing."""
    is_known = pl.col("ref").is_not_null()
    stays = ~pl.col("closes")
    facts = [
        (is_known & stays & pl.col(c).is_not_null() & pl.col(c).ne_missing(pl.col(f"on_{c}"))).alias(f"{c}~")
        for c in COMPARED
        if c != "closed_on"
    ]
    closing = pl.col("closed_on").is_not_null() & pl.col("until").is_null()
    closing = closing & (pl.col("closes") | pl.col("closed_on").ne_missing(pl.col("on_closed_on")))
    moved = pl.col("address").is_not_null() & pl.col("address").ne_missing(pl.col("on_address"))
    told = pl.col("told_area").is_not_null()
    lower = pl.col("on_path").str.starts_with(pl.col("path"))
    keeps = ~moved & (pl.col("on_is_placed_by_hand") | ~told | lower.fill_null(False))
    other = pl.col("area_id").ne_missing(pl.col("on_area_id")) | pl.col("placed").ne_missing(pl.col("on_placed"))
    frame = frame.with_columns(
        *facts, (is_known & closing).alias("closed_on~"), (is_known & stays & ~keeps & other).alias("area_id~")
    )
    goes_elsewhere = pl.col("ref").is_null() | pl.col("area_id~")
    return frame.with_columns(
        pl.when(goes_elsewhere).then("placed").otherwise("on_placed").alias("placed"),
    ).with_columns(pl.col("^.*~$").fill_null(False))


def _newer(day: date) -> pl.Expr:
    """A change from a day before what is on record would rewrite the past."""
    changes = pl.any_horizontal(pl.col("^.*~$").exclude("bodies~")) & ~pl.col("closes")
    return _first_fault("row!", pl.col("ref").is_not_null() & changes & (pl.col("since") > day), "newer_on_record")
