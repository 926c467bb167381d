"""The dialog that embeds images with weights that were trained elsewhere."""
