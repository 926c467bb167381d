"""Spaces that other programs made, brought into the library as runs. One module a format."""
