"""A run folder seen as a sequence of frames. Reading never writes."""
