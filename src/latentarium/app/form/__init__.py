"""The recipe as a form, generated from its fields."""
