"""What is there before a run is open: the welcome and the library."""
