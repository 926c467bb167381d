"""Weights that were trained elsewhere, in the networks that they belong to."""
