"""The attacker over several tables together: indicators that share a scope, and what each of them shows."""

import numpy as np
import pytest

import make
from conftest import NOW, TODAY
from lianxin.figures import snapshots
from lianxin.figures.catalogue import version_on
from lianxin.figures.protection import SMALLEST, hidden_in
from lianxin.figures.queries import cells
from lianxin_methods.indicators.rollup import Tree, roll_up, tree_of
from lianxin_methods.privacy.attack import attack

FAMILY = ("establishment_rate", "own_establishment_rate", "blind_spot_employers")
WORKERS = "blind_spot_workers"
"""Over the same scope, but about persons: it hides more, and tells numbers of people, not of employers."""


def random_tree(rng) -> Tree:
    """A district with 3 to 6 areas, each with 1 to 7 below it."""
    paths, number = ["00001"], 1
    for _ in range(rng.integers(3, 7)):
        number += 1
        above = f"00001{number:05d}"
        paths.append(above)
        for _ in range(rng.integers(1, 8)):
            number += 1
            paths.append(f"{above}{number:05d}")
    return tree_of(np.arange(1, number + 1), paths, 5)


def family_tables(tree, rng):
    """Cells of four indicators over one scope: the same employers, each counted for something else."""
    size = np.where(tree.depth == 2, rng.choice([0, 3, 8, 15, 40, 90], len(tree)), rng.choice([0, 0, 2, 12], len(tree)))
    covered = rng.binomial(size, 0.6)
    own = rng.binomial(covered, 0.5)
    blind = rng.binomial(size - covered, 0.4)
    heads, missed = size * 40 + rng.integers(0, 9, len(tree)) * (size > 0), blind * 40
    employers = roll_up(tree, size)
    for code, hit, base in zip(
        (*FAMILY, WORKERS), (covered, own, blind, missed), (size, size, size, heads), strict=True
    ):
        yield code, {"numerator": roll_up(tree, hit), "denominator": roll_up(tree, base), "units": employers}


@pytest.mark.django_db
def test_indicators_over_one_scope_hide_the_same_cells_so_none_gives_another_away():
    rng = np.random.default_rng(11)
    definitions = {code: version_on(code, TODAY).definition for code in (*FAMILY, WORKERS)}
    small = 0
    for _ in range(60):
        tree = random_tree(rng)
        order = rng.permutation(len(tree))
        tables = dict(family_tables(tree, rng))
        hidden = {code: hidden_in(definitions[code], tree, table, order) for code, table in tables.items()}
        assert len({hidden[code].tobytes() for code in FAMILY}) == 1
        shown_by_any = ~hidden[FAMILY[0]]
        parts = [tables[FAMILY[0]]["units"]]
        for known in attack(tree, np.column_stack(parts), ~shown_by_any):
            assert known.width >= SMALLEST
        few = (parts[0] > 0) & (parts[0] < SMALLEST)
        assert not (few & shown_by_any).any()
        assert not (few & ~hidden[WORKERS]).any()
        small += int(few.sum())
    assert small > 100


@pytest.mark.django_db
def test_each_count_of_a_hidden_cell_stays_unknown_to_whoever_has_all_tables_at_once():
    """Own, joint only, missed and not missed are the atoms that the tables add up: all attacked together."""
    rng = np.random.default_rng(12)
    definition = version_on(FAMILY[0], TODAY).definition
    for _ in range(30):
        tree = random_tree(rng)
        atoms = np.where(tree.depth[:, None] == 2, rng.choice([0, 1, 4, 20], (len(tree), 3)), 0)
        total = roll_up(tree, atoms)
        units = total.sum(axis=1)
        table = {"numerator": total[:, 0], "denominator": units, "units": units}
        hidden = hidden_in(definition, tree, table, np.arange(len(tree)))
        assert all(known.width >= SMALLEST for known in attack(tree, total, hidden))


@pytest.mark.django_db
def test_on_a_real_table_the_small_community_is_hidden_in_the_whole_family_and_on_every_day(tmp_path, settings):
    district = make.area("样例区")
    for size in (7, 41, 53, 60):
        community = make.area(parent=make.area(parent=district) if size == 60 else None or _sub(district))
        firms = [make.organisation(area=community) for _ in range(size)]
        make.body(area=community, form="joint", covers=tuple(firms[: size // 2]))
        make.body(area=community, covers=(firms[0],))
    snapshots.write(NOW)
    patterns = {
        tuple(c.shown for c in cells(code, on=day, actor_scope=None))
        for code in FAMILY
        for day in (TODAY, TODAY.replace(year=2020), TODAY.replace(year=2023))
    }
    assert len(patterns) == 1
    assert patterns.pop().count(False) == 2


def _sub(district):
    """The one subdistrict that the small communities share."""
    from lianxin.places.models import Area

    found = Area.objects.filter(code="shared").first()
    return found or make.area("同一街道", parent=district, code="shared")
