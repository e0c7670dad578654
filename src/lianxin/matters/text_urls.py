"""Addresses of what the text is for: proposals, themes, knowledge base, list of duties."""

from django.urls import path

from .views import duties, knowledge, suggestions, themes

urlpatterns = [
    # themes
    path("themes/", themes.themes, name="themes"),
    path("themes/<int:pk>/", themes.theme, name="theme"),
    path("themes/<int:pk>/name/", themes.name, name="name_theme"),
    path("themes/<int:pk>/split/", themes.split, name="split_theme"),
    path("themes/<int:pk>/merge/", themes.merge, name="merge_theme"),
    path("themes/<int:pk>/joint/", themes.joint, name="joint_of_theme"),
    path("themes/<int:pk>/close/", themes.close, name="close_theme"),
    # proposals
    path("propose/", suggestions.propose, name="propose"),
    path("<int:pk>/beside/", suggestions.beside, name="beside"),
    path("<int:pk>/need/", suggestions.decide, name="decide_need"),
    # knowledge base
    path("knowledge/", knowledge.articles, name="articles"),
    path("knowledge/new/", knowledge.write, name="write_article"),
    path("knowledge/<int:pk>/", knowledge.article, name="article"),
    path("knowledge/<int:pk>/write/", knowledge.write, name="rewrite_article"),
    path("knowledge/<int:pk>/approve/", knowledge.approve, name="approve_article"),
    path("knowledge/<int:pk>/confirm/", knowledge.confirm, name="confirm_article"),
    path("knowledge/<int:pk>/withdraw/", knowledge.withdraw, name="withdraw_article"),
    # list of duties
    path("duties/", duties.need_duties, name="need_duties"),
    path("duties/change/", duties.edit_duty, name="edit_duty"),
]
