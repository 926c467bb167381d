"""The Qt program."""
