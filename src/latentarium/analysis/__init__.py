"""Functions on arrays: neighbours, accuracy, class similarity, confusion, probabilities."""
