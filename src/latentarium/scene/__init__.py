"""What the screen depends on, and exactly what to draw."""
