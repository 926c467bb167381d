"""The nouns, frozen: data set, recipe, frame, sample."""
