"""The point cloud and its camera view; knows scenes, not runs."""
