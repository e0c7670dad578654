"""Addresses of matters for those who work on them; the public ways in have lists of their own."""

from django.urls import URLPattern

app_name = "matters"
urlpatterns: list[URLPattern] = []
