"""A frame becomes points in space: simplex, raw, PCA, SVD, aligned over time."""
