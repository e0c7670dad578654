from django.urls import path

from .views import areas, calendar, sites

app_name = "places"
urlpatterns = [
    path("areas/", areas.areas, name="areas"),
    path("areas/outlines/", calendar.import_shapes, name="import_shapes"),
    path("areas/<int:pk>/", areas.area, name="area"),
    path("areas/<int:pk>/shapes.json", areas.shapes, name="shapes"),
    path("areas/<int:pk>/add/", areas.add, name="add_area"),
    path("areas/<int:pk>/rename/", areas.rename, name="rename_area"),
    path("areas/<int:pk>/move/", areas.move, name="move_area"),
    path("areas/<int:pk>/merge/", areas.merge, name="merge_areas"),
    path("areas/<int:pk>/split/", areas.split, name="split_area"),
    path("areas/<int:pk>/close/", areas.close, name="close_area"),
    path("sites/", sites.sites, name="sites"),
    path("sites/add/", sites.add_site, name="add_site"),
    path("sites/<int:pk>/", sites.site, name="site"),
    path("sites/<int:pk>/change/", sites.change_site, name="change_site"),
    path("sites/<int:pk>/close/", sites.close_site, name="close_site"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/import/", calendar.import_calendar, name="import_calendar"),
]
