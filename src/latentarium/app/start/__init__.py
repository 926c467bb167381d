"""What is there before a run is open: the welcome, and what a run is about."""
