"""Addresses of what the text is for: proposals, themes, knowledge base, list of duties."""

from django.urls import path

from .views import themes

urlpatterns = [
    # themes
    path("themes/", themes.themes, name="themes"),
    path("themes/<int:pk>/", themes.theme, name="theme"),
    path("themes/<int:pk>/name/", themes.name, name="name_theme"),
    path("themes/<int:pk>/split/", themes.split, name="split_theme"),
    path("themes/<int:pk>/merge/", themes.merge, name="merge_theme"),
    path("themes/<int:pk>/joint/", themes.joint, name="joint_of_theme"),
    path("themes/<int:pk>/close/", themes.close, name="close_theme"),
]
