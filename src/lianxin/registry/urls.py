from django.urls import include, path

from .views import bodies, duplicates, memberships, organisations, people, posts

app_name = "registry"
urlpatterns = [
    path("imports/", include("lianxin.registry.imports.urls")),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.add_organisation, name="new_organisation"),
    path("organisations/export.<str:kind>", organisations.export, name="export"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.edit_organisation, name="edit_organisation"),
    path("organisations/<int:pk>/place/", organisations.place_organisation, name="place_organisation"),
    path("to-place/", organisations.to_place, name="to_place"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/new/", bodies.found_body, name="new_body"),
    path("bodies/<int:pk>/", bodies.body, name="body"),
    path("bodies/<int:pk>/cover/", bodies.cover_organisation, name="cover"),
    path("bodies/<int:pk>/cover/<int:organisation>/end/", bodies.uncover_organisation, name="uncover"),
    path("bodies/<int:pk>/dissolve/", bodies.dissolve, name="dissolve"),
    path("bodies/<int:pk>/election/", bodies.hold_election, name="hold_election"),
    path("bodies/<int:pk>/posts/new/", posts.give, name="give_post"),
    path("bodies/<int:pk>/posts/<int:post>/", posts.hand_over, name="hand_over_post"),
    path("bodies/<int:pk>/posts/<int:post>/end/", posts.end, name="end_post"),
    path("transfers/", bodies.transfers, name="transfers"),
    path("transfers/<int:pk>/", bodies.answer_transfer, name="answer_transfer"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/copy/", people.copy_person, name="copy_person"),
    path("people/<int:pk>/erase/", people.erase, name="erase_person"),
    path("people/<int:pk>/join/", memberships.join, name="join"),
    path("memberships/<int:pk>/step/", memberships.advance, name="advance_membership"),
    path("memberships/<int:pk>/leave/", memberships.leave_body, name="leave"),
    path("memberships/<int:pk>/offer/", memberships.offer, name="offer_transfer"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/<int:pk>/", duplicates.decide_pair, name="decide_pair"),
    path("merges/<int:pk>/split/", duplicates.split_merge, name="split_merge"),
]
