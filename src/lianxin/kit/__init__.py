"""Refusals, clock, scope, pages and components, reading and writing of workbooks."""
