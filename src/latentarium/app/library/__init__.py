"""The library: the runs that are there, found, sorted, filtered, renamed, grouped and thrown away."""
