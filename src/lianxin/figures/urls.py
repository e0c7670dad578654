from django.urls import path

from . import views

app_name = "figures"
urlpatterns = [
    path("snapshots/", views.snapshots, name="snapshots"),
    path("snapshots/take/", views.take, name="take"),
    path("<slug:indicator>/", views.definition, name="definition"),
    path("<slug:indicator>/rows/", views.rows, name="rows"),
    path("<slug:indicator>/export.csv", views.export, name="export"),
]
