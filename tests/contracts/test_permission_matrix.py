"""Who gets what: every route x role x relation x verb, against the MAY table and the scope."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from contracts import matrix, world
from contracts.routes import Route, commands, routes
from lianxin.access.may import MAY, WHOLE
from lianxin.access.models import Account
from lianxin.access.roles import ROLES
from lianxin.access.texts import TEXTS
from lianxin.kit.guards import PUBLIC, SIGNED_IN, performs

pytestmark = pytest.mark.django_db
SAMPLE = 600


@pytest.fixture
def land(settings, tmp_path):
    settings.SNAPSHOTS = tmp_path
    return world.build()


def walk(land, routes, table, count=None):
    walker = matrix.Walker(land)
    cells = list(matrix.cells(routes, table))
    walker.walk(cells if count is None else matrix.sample(cells, count, seed=8))
    return walker


def test_every_route_has_a_row_in_the_matrix():
    table = matrix.rows()
    missing = [r for r in routes() if r.name not in table]
    assert not missing, "\n".join(
        [
            "Routes without a row in the permission matrix. Add a line each to ROWS in tests/contracts/rows/<app>.py:",
            *(
                f'    "{r.name}": one(<builder>),   # or listing(...), act_only(), own(), public(); act: {r.act}'
                for r in missing
            ),
            "The constructors are explained in tests/contracts/matrix.py; rows/access.py has builders to copy.",
        ]
    )


def test_every_view_names_an_act_of_the_table():
    for route in routes():
        third_party = route.act == "outside" and route.name.startswith(("account_", "mfa_"))
        assert third_party or route.act in MAY or route.act in (PUBLIC, SIGNED_IN), route


def test_every_role_of_the_table_exists():
    assert {role for roles in MAY.values() for role in roles} <= set(ROLES)


def test_every_act_on_the_whole_stands_in_the_table():
    assert set(MAY) >= WHOLE


def test_every_act_of_the_table_has_words():
    missing = [act for act in MAY if act not in TEXTS]
    assert not missing, f"Say in TEXTS of src/lianxin/access/texts.py, with its Chinese, what these acts are: {missing}"


def test_the_matrix_has_thousands_of_cells():
    assert len(list(matrix.cells(routes(), matrix.rows()))) >= 5_000


def test_no_cell_allows_what_the_tables_do_not(land):
    walker = walk(land, routes(), matrix.rows(), SAMPLE)
    assert not walker.wrong_allow
    assert not walker.wrong_refusal
    assert walker.served > 50


@performs("access.view_accounts")
def leaking_list(request: HttpRequest) -> HttpResponse:
    return HttpResponse("".join(f">{account.username}<" for account in Account.objects.all()))


@performs("access.view_accounts")
def leaking_page(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(Account.objects.get(pk=pk).label)


def unguarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to all")


urlpatterns = [
    path("planted/", leaking_list, name="leaking_list"),
    path("planted/<int:pk>/", leaking_page, name="leaking_page"),
    path("planted/open/", unguarded, name="unguarded"),
    path("", include("lianxin.conf.urls")),
]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", ["leaking_list", "leaking_page", "unguarded"])
def test_a_planted_view_without_within_is_caught(land, name):
    from contracts.rows.access import account, account_in_list

    table = {
        "leaking_list": matrix.listing(account_in_list),
        "leaking_page": matrix.one(account),
        "unguarded": matrix.act_only(),
    }
    walker = walk(land, [Route(name, "access.view_accounts")], table)
    assert walker.wrong_allow


def test_every_command_says_whether_it_opens_records():
    from contracts.rows_of_commands import COMMANDS

    missing = [name for name in commands() if name not in COMMANDS]
    assert not missing, f"Add to COMMANDS in tests/contracts/rows_of_commands.py, with the reason: {missing}"
