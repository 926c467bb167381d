"""What a recipe will cost, told before anything is loaded."""

from latentarium.core.recipe import Recipe


def describe_cost(recipe: Recipe) -> str:
    """About how much the run will take on disk, and how many frames it has."""
    return f"about ? MB, {recipe.frames.count} frames"
