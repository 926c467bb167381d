"""What stands below the views: curves, matrices and the hardest examples."""
