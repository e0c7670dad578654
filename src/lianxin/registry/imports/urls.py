"""Addresses of the import, below those of the registry."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("new/", views.new, name="import_new"),
    path("<int:pk>/", views.detail, name="import"),
    path("<int:pk>/columns/", views.columns, name="import_columns"),
    path("<int:pk>/sheet/", views.sheet, name="import_sheet"),
    path("<int:pk>/check/", views.check, name="import_check"),
    path("<int:pk>/apply/", views.apply, name="import_apply"),
    path("<int:pk>/discard/", views.discard, name="import_discard"),
    path("<int:pk>/undo/", views.undo, name="import_undo"),
    path("<int:pk>/faults.csv", views.faults, name="import_faults"),
    path("rows/<int:pk>/mend/", views.mend, name="import_mend"),
]
