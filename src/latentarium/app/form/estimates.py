"""What a recipe will cost, told before its data set is read."""

from latentarium.core.recipe import Recipe
from latentarium.data.scaling import thumbnail_size
from latentarium.training.estimate import total_steps
from latentarium.training.schedule import frame_steps

# Training and test images a class, classes, side in pixels and channels.
SHAPES = {
    "mnist-5k": (350, 150, 10, 28, 1),
    "mnist": (6000, 1000, 10, 28, 1),
    "fashion-mnist": (6000, 1000, 10, 28, 1),
    "kmnist": (6000, 1000, 10, 28, 1),
    "cifar10": (5000, 1000, 10, 32, 3),
    "cifar100": (500, 100, 100, 32, 3),
}
FOLDER = (10**6, 10**6, 10, 64, 3)  # nobody knows yet: as many as the recipe asks for


def estimate_bytes(recipe: Recipe) -> tuple[float, int]:
    """About how many bytes a run takes on disk, and how many frames it has."""
    data = recipe.data
    train, test, everyone, side, channels = SHAPES.get(data.name, FOLDER)
    trained = len(data.classes) or everyone - len(data.held_out)
    rows = trained * min(train, data.per_class or train)
    points = min(data.probe, test * (trained + len(data.held_out))) + min(data.reference, rows)
    frames = len(frame_steps(recipe, total_steps(recipe, rows)))
    numbers = recipe.network.embedding * (2 if recipe.frames.half else 4) + trained * 4
    height, width = thumbnail_size(data.size or side, data.size or side)
    pixels = height * width * channels
    return float(points * (frames * numbers + pixels)), frames


def describe_cost(recipe: Recipe) -> str:
    """What the foot of the form says: "about 118 MB, 200 frames"."""
    size, frames = estimate_bytes(recipe)
    if size < 1e6:
        told = "less than 1 MB"
    else:
        told = f"about {size / 1e6:,.0f} MB" if size < 1e9 else f"about {size / 1e9:,.1f} GB"
    return f"{told}, {frames:,} frames"
