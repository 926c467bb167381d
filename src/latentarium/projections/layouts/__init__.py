"""t-SNE and UMAP: laid out in a process of its own, frame by frame, and shown as one projection."""
