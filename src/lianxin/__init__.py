"""Lianxin (连心): the working system of grassroots federations."""
