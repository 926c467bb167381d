"""Who belongs to whom among the training images, before any network: neighbours, and how strongly they hold."""
