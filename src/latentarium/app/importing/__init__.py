"""Importing: what other programs made is recognised, previewed and brought into the library."""
