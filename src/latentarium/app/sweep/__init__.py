"""The Sweep workspace: the runs of a sweep side by side."""
