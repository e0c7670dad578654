"""Every address of the product; each app keeps its own list."""

from django.urls import include, path

from lianxin.access.views.me import forgotten

from .api import api

urlpatterns = [
    path("ask/", include("lianxin.matters.ask_urls")),
    path("open311/v2/", include("lianxin.matters.open311_urls")),
    path("places/", include("lianxin.places.urls")),
    path("settings/", include("lianxin.conf.settings_urls")),
    path("accounts/password/reset/", forgotten, name="account_forgotten"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("lianxin.trail.urls")),
    path("registry/", include("lianxin.registry.urls")),
    path("", include("lianxin.rules.urls")),
    path("figures/", include("lianxin.figures.urls")),
    path("", include("lianxin.access.urls")),
    path("", include("lianxin.kit.urls")),
    path("", include("lianxin.desk.urls")),
    path("field/", include("lianxin.reach.field_urls")),
    path("reach/", include("lianxin.reach.urls")),
    path("listen/", include("lianxin.matters.urls")),
    path("problems/", include("lianxin.matters.problem_urls")),
    path("vote/", include("lianxin.matters.vote_urls")),
    path("proposals/", include("lianxin.matters.proposal_urls")),
    path("join/", include("lianxin.reach.joining_urls")),
    path("", include("lianxin.boards.urls")),
]

handler403 = "lianxin.conf.errors.not_allowed"
