"""Points looked at closely: one with its neighbours, or all as a table."""
