"""Two runs, or two moments of one, beside each other."""
