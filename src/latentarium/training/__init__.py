"""A recipe and a data set become frames and checkpoints; the room of torch."""
