"""Frame steps, pace shares and learning rates."""

import itertools

import pytest
import torch

from latentarium.core.recipe import Augment, Frames, Optimiser, Recipe
from latentarium.training.schedule import cycle_of, frame_steps, pace_share, rate_factor


@pytest.mark.parametrize("count", [2, 3, 50, 200, 1000])
@pytest.mark.parametrize("total", [1, 2, 7, 199, 200, 400, 12_000])
def test_frames_go_from_the_start_to_the_end_closer_together_at_first(count: int, total: int) -> None:
    steps = frame_steps(Recipe(frames=Frames(count=count)), total)
    gaps = [after - before for before, after in itertools.pairwise(steps)]
    assert (steps[0], steps[-1]) == (0, total)
    assert len(steps) == min(count, total + 1)
    assert min(gaps) >= 1
    assert sum(gaps[: len(gaps) // 2]) <= sum(gaps[-(len(gaps) // 2) :] or [total])
    if total > 3 * count > 30:
        assert gaps[0] < gaps[-1]


def test_every_interval_between_frames_has_the_same_share_of_the_pace() -> None:
    steps = (0, 1, 2, 5, 10)
    shares = [pace_share(steps, step) for step in range(10)]
    for before, after in itertools.pairwise(steps):
        assert sum(shares[before:after]) == pytest.approx(1 / 4)
    assert shares == sorted(shares, reverse=True)  # slowest at the start


def factors(schedule: str, total: int, per_epoch: int = 5) -> list[float]:
    optimiser = Optimiser(schedule=schedule, steps=total)
    return [rate_factor(optimiser, step, total, per_epoch) for step in range(total)]


def test_constant_rate() -> None:
    assert set(factors("constant", 10)) == {1.0}


def test_step_decay_counts_epochs_from_one() -> None:
    found = factors("step", 12)
    assert found[:5] == [pytest.approx(0.5**0.1)] * 5
    assert found[5:10] == [pytest.approx(0.5**0.2)] * 5
    assert found[10] == pytest.approx(0.5**0.3)


@pytest.mark.parametrize("total", [10, 99, 400])
def test_one_cycle_is_pytorchs(total: int) -> None:
    weight = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.AdamW([weight], 1.0)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1.0, total_steps=total)
    expected = []
    for _ in range(total):
        expected.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if len(expected) < total:
            cycle.step()
    assert factors("one-cycle", total) == pytest.approx(expected, rel=1e-9)


def test_cosine_is_pytorchs() -> None:
    weight = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.AdamW([weight], 1.0)
    annealing = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 20)
    expected = []
    for _ in range(20):
        expected.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        annealing.step()
    assert factors("cosine", 20) == pytest.approx(expected)


@pytest.mark.parametrize("schedule", ["constant", "step", "one-cycle", "cosine"])
@pytest.mark.parametrize("total", [1, 2, 3])
def test_short_trainings_have_a_rate(schedule: str, total: int) -> None:
    assert all(0 < factor <= 1 for factor in factors(schedule, total))


def test_what_comes_after_augmentations_is_a_cycle_of_its_own() -> None:
    recipe = Recipe(augment=Augment(shift=1, until=0.8), optimiser=Optimiser(steps=10, schedule="one-cycle"))
    assert [cycle_of(recipe, step, 10) for step in (0, 7, 8, 9)] == [(0, 8), (7, 8), (0, 2), (1, 2)]
    assert cycle_of(recipe.model_copy(update={"augment": Augment(shift=1)}), 9, 10) == (9, 10)
    by_epochs = recipe.model_copy(update={"optimiser": Optimiser(steps=10, schedule="step")})
    assert cycle_of(by_epochs, 9, 10) == (9, 10)
