"""Small widgets and tools that several panels use."""
