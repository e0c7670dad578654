from django.urls import path

from . import views

app_name = "rules"
urlpatterns = [
    path("rules/", views.rules, name="rules"),
    path("rules/add/", views.add, name="add"),
    path("rules/try/<slug:target>/", views.try_out, name="editor"),
    path("rules/parameters/", views.parameters, name="parameters"),
    path("rules/parameters/<str:code>/", views.parameter, name="parameter"),
    path("rules/tables/<str:code>/", views.table, name="table"),
    path("rules/rule/<str:code>/", views.rule, name="rule"),
    path("rules/rule/<str:code>/edit/", views.edit, name="edit"),
    path("rules/rule/<str:code>/<int:number>/in-force/", views.put_in_force, name="put_in_force"),
    path("rules/rule/<str:code>/<int:number>/verify/", views.verify, name="verify"),
]
