"""Training as a whole: the same bytes again, stopping and going on, pausing, breaking down."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from latentarium.core.dataset import Dataset
from latentarium.core.errors import DivergedError, LatentariumError
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Recipe
from latentarium.training import loop
from latentarium.training.control import Control
from latentarium.training.loop import train
from latentarium.training.schedule import frame_steps

Item = Frame | Checkpoint
Run = Callable[..., list[Item]]
Make = Callable[..., Any]

METRIC: dict[str, Any] = {
    "network": {"name": "mlp", "hidden": (16,), "classifier": "none", "normalise": True},
    "objective": [{"name": "dcl", "temperature": 0.2}, {"name": "triplet", "margin": 0.5, "weight": 0.3}],
}
KINDS: dict[str, dict[str, Any]] = {
    "mlp": {},
    "metric": METRIC,
    "convolution": {"network": {"name": "conv-small", "classifier": "trunk"}, "optimiser": {"name": "sgd"}},
    "hybrid": {
        "network": {"name": "mlp", "classifier": "trunk"},
        "objective": [{"name": "cross-entropy"}, {"name": "triplet", "mining": "batch-hard"}],
        "optimiser": {"name": "adam", "schedule": "cosine"},
    },
    "residual": {"network": {"name": "residual-mlp"}, "optimiser": {"steps": 12}},
    "centres": {
        "network": {"name": "mlp", "hidden": (16,), "classifier": "none"},
        "objective": [{"name": "arcface", "scale": 16}, {"name": "triplet", "mining": "semi-hard", "weight": 0.1}],
    },
    "views": {
        "network": {"name": "mlp", "hidden": (16,), "classifier": "none"},
        "objective": [{"name": "info-nce", "positives": "augmentations"}],
        "optimiser": {"patience": 30},
    },
    "patient": {"optimiser": {"patience": 9, "schedule": "step"}},
}


@pytest.fixture(scope="module")
def whole(run: Run, make_recipe: Make) -> Callable[[str], list[Item]]:
    """Each kind of training from its start to its end, once."""
    done: dict[str, list[Item]] = {}

    def trained(kind: str) -> list[Item]:
        if kind not in done:
            done[kind] = run(make_recipe(**KINDS[kind]))
        return done[kind]

    return trained


class CountingControl(Control):
    """Stops after a number of batches, as a person might at any of them."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.left = batches

    def wait(self, share: float) -> bool:
        self.left -= 1
        if self.left < 0:
            self.stop()
        return super().wait(share)


def stopped_after(batches: int, recipe: Recipe, data: Dataset, checkpoint: Checkpoint | None = None) -> list[Item]:
    return list(train(recipe, data, CountingControl(batches), checkpoint, "cpu", threads=1))


def frames_of(items: list[Item]) -> list[Frame]:
    return [item for item in items if isinstance(item, Frame)]


def checkpoints_of(items: list[Item]) -> list[Checkpoint]:
    return [item for item in items if isinstance(item, Checkpoint)]


def bytes_of(frame: Frame) -> tuple[int, float, bytes, dict[str, float]]:
    arrays = (frame.embeddings, frame.probabilities, frame.reference_embeddings, frame.reference_probabilities)
    return frame.step, frame.epoch, b"".join(array.tobytes() for array in arrays), dict(frame.scalars)


def weights_of(items: list[Item]) -> bytes:
    return checkpoints_of(items)[-1].files["weights.safetensors"]


def all_bytes(items: list[Item]) -> list[Any]:
    return [bytes_of(frame) for frame in frames_of(items)]


def test_frames_come_on_schedule_with_their_scalars(run: Run, make_recipe: Make) -> None:
    recipe = make_recipe()
    items = run(recipe)
    frames = frames_of(items)
    assert tuple(frame.step for frame in frames) == frame_steps(recipe, 20)
    assert [frame.epoch for frame in frames] == [pytest.approx(frame.step / 6) for frame in frames]
    assert frames[0].embeddings.shape == (20, 3)
    assert frames[0].reference_probabilities.shape == (15, 3)
    assert not frames[0].embeddings.flags.writeable
    common = {"probe_loss", "accuracy", "train_accuracy", "knn_accuracy", "similarity_within", "similarity_between"}
    assert set(frames[0].scalars) == common
    assert all(set(frame.scalars) == common | {"loss"} for frame in frames[1:])
    for frame in frames:
        np.testing.assert_allclose(frame.probabilities.sum(1), 1, rtol=1e-5)
    assert isinstance(items[-1], Checkpoint)
    assert items[-1].step == 20
    assert set(items[-1].result) == {"accuracy", "train_accuracy", "knn_accuracy", "knn10_accuracy", "seconds"}
    assert items[-1].result["accuracy"] > 0.9
    assert len(checkpoints_of(items)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_bytes(kind: str, run: Run, whole: Make, make_recipe: Make) -> None:
    recipe = make_recipe(**KINDS[kind])
    first, second, other = whole(kind), run(recipe), run(recipe.model_copy(update={"seed": 1}))
    assert all_bytes(first) == all_bytes(second)
    assert all_bytes(first) != all_bytes(other)
    assert weights_of(first) == weights_of(second)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batches", [0, 1, 6, 8, 15, 19])  # six an epoch: most of these cut one
def test_going_on_is_bitwise_the_same_as_never_having_stopped(
    kind: str, batches: int, dataset: Dataset, run: Run, whole: Make, make_recipe: Make
) -> None:
    recipe = make_recipe(**KINDS[kind])
    begun = stopped_after(batches, recipe, dataset)
    (checkpoint,) = checkpoints_of(begun)
    if batches < frames_of(whole(kind))[-1].step:  # patience and short recipes may have ended before
        assert checkpoint.step == batches
        assert not checkpoint.result
    rest = run(recipe, checkpoint)
    assert all_bytes(begun) + all_bytes(rest) == all_bytes(whole(kind))
    assert weights_of(rest) == weights_of(whole(kind))
    ends = checkpoints_of(rest)[-1], checkpoints_of(whole(kind))[-1]
    assert {**ends[0].result, "seconds": 0} == {**ends[1].result, "seconds": 0}


def test_stopping_twice_within_one_epoch(dataset: Dataset, run: Run, make_recipe: Make) -> None:
    recipe = make_recipe(**METRIC)
    first = stopped_after(7, recipe, dataset)
    second = stopped_after(3, recipe, dataset, checkpoints_of(first)[-1])
    third = run(recipe, checkpoints_of(second)[-1])
    assert checkpoints_of(second)[-1].step == 10
    assert all_bytes(first) + all_bytes(second) + all_bytes(third) == all_bytes(run(recipe))


def test_a_checkpoint_at_any_moment_changes_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, make_recipe: Make
) -> None:
    recipe = make_recipe(**METRIC)
    whole = run(recipe)
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY", -1.0)
    often = run(recipe)
    checkpoints = checkpoints_of(often)
    assert [checkpoint.step for checkpoint in checkpoints] == list(range(21))
    assert all_bytes(often) == all_bytes(whole)
    for checkpoint in checkpoints[:-1:4]:
        later = [bytes_of(frame) for frame in frames_of(whole) if frame.step > checkpoint.step]
        assert all_bytes(run(recipe, checkpoint)) == later


def test_a_stop_while_a_frame_is_made_makes_up_for_it_later(dataset: Dataset, run: Run, make_recipe: Make) -> None:
    class StopInFrame(Control):
        """Is stopped from the third look on: within the frame of a later step."""

        looks = 0

        @property
        def stopped(self) -> bool:
            self.looks += 1
            return self.looks > 3

    recipe = make_recipe()
    begun = list(train(recipe, dataset, StopInFrame(), None, "cpu", threads=1))
    (checkpoint,) = checkpoints_of(begun)
    assert 0 < len(frames_of(begun)) < 8
    assert checkpoint.step in frame_steps(recipe, 20)
    assert checkpoint.step > frames_of(begun)[-1].step
    assert all_bytes(begun) + all_bytes(run(recipe, checkpoint)) == all_bytes(run(recipe))


def test_a_finished_training_has_nothing_more_to_say_but_its_result(run: Run, make_recipe: Make) -> None:
    recipe = make_recipe()
    last = checkpoints_of(run(recipe))[-1]
    (again,) = run(recipe, last)
    assert isinstance(again, Checkpoint)
    assert again.step == 20
    assert {**again.result, "seconds": 0} == {**last.result, "seconds": 0}


def test_added_steps_lay_the_schedule_anew(dataset: Dataset, run: Run, make_recipe: Make) -> None:
    recipe = make_recipe()
    last = checkpoints_of(run(recipe))[-1]
    longer = recipe.model_copy(update={"optimiser": recipe.optimiser.model_copy(update={"steps": 50})})
    added = run(longer, last)
    assert [frame.step for frame in frames_of(added)] == [20 + step for step in frame_steps(recipe, 30)][1:]
    assert checkpoints_of(added)[-1].step == 50
    assert checkpoints_of(added)[-1].result

    begun = stopped_after(11, longer, dataset, last)  # and may be stopped and gone on with as any other
    rest = run(longer, checkpoints_of(begun)[-1])
    assert all_bytes(begun) + all_bytes(rest) == all_bytes(added)
    rest = run(recipe, checkpoints_of(begun)[-1])  # the recipe's old length is over: the plan in the checkpoint stands
    assert all_bytes(begun) + all_bytes(rest) == all_bytes(added)


def test_patience_ends_training_with_a_frame_and_a_result(run: Run, make_recipe: Make) -> None:
    recipe = make_recipe(optimiser={"patience": 4, "steps": 500, "rate": 0.05}, augment={"shift": 0, "jitter": 0.0})
    items = run(recipe)
    last = frames_of(items)[-1]
    assert last.step < 500
    assert checkpoints_of(items)[-1].step == last.step
    assert checkpoints_of(items)[-1].result["accuracy"] > 0.9
    added = run(recipe, checkpoints_of(items)[-1])  # asked again for 500, it goes on until patience runs out again
    assert last.step + 4 <= frames_of(added)[-1].step <= 500
    assert checkpoints_of(added)[-1].result


def test_two_trainings_in_one_process_do_not_disturb_each_other(dataset: Dataset, run: Run, make_recipe: Make) -> None:
    recipes = make_recipe(**METRIC), make_recipe(**KINDS["convolution"])
    alone = [all_bytes(run(recipe)) for recipe in recipes]
    torch.set_num_threads(2)
    state = torch.get_rng_state()
    both: list[list[Item]] = [[], []]
    generators = [train(recipe, dataset, Control(), None, "cpu", threads=1) for recipe in recipes]
    while generators[0].gi_frame or generators[1].gi_frame:
        for items, generator in zip(both, generators, strict=True):
            items += [item for item in [next(generator, None)] if item]
            assert torch.get_num_threads() == 2
    assert torch.equal(torch.get_rng_state(), state)
    assert [all_bytes(items) for items in both] == alone


def test_torchs_own_random_numbers_play_no_part(dataset: Dataset, run: Run, make_recipe: Make) -> None:
    recipe = make_recipe(**METRIC)
    noisy: list[Item] = []
    for item in train(recipe, dataset, Control(), None, "cpu", threads=1):
        torch.manual_seed(len(noisy))
        noisy.append(item)
    assert all_bytes(noisy) == all_bytes(run(recipe))


def test_closing_the_generator_leaves_nothing_behind(dataset: Dataset, make_recipe: Make) -> None:
    threads = torch.get_num_threads()
    items = train(make_recipe(), dataset, Control(), None, "cpu", threads=1)
    next(items)
    items.close()
    assert torch.get_num_threads() == threads


def test_a_step_ends_at_the_next_frame(dataset: Dataset, make_recipe: Make) -> None:
    control = Control()
    control.step()
    items = train(make_recipe(), dataset, control, None, "cpu", threads=1)
    first = next(items)
    assert control.paused
    control.step()  # asked for while the frame is being shown
    second = next(items)
    assert control.paused
    assert isinstance(first, Frame)
    assert isinstance(second, Frame)
    assert (first.step, second.step) == (0, frame_steps(make_recipe(), 20)[1])
    control.stop()
    assert isinstance(next(items), Checkpoint)


def test_breaking_down_ends_with_the_last_good_checkpoint(dataset: Dataset, make_recipe: Make) -> None:
    recipe = make_recipe(
        optimiser={"name": "sgd", "rate": 10.0, "schedule": "constant", "steps": 200},
        objective=[{"name": "triplet", "margin": 100.0}],
        network={"name": "mlp", "hidden": (16, 16), "classifier": "none"},
        frames={"count": 200},
    )
    items: list[Item] = []
    generator = train(recipe, dataset, Control(), None, "cpu", threads=1)
    with pytest.raises(DivergedError, match="learning rate") as caught:
        items.extend(generator)
    frames = frames_of(items)
    checkpoint = items[-1]
    assert isinstance(checkpoint, Checkpoint)
    assert all(math.isfinite(value) for frame in frames for value in frame.scalars.values())
    assert all(np.isfinite(frame.embeddings).all() for frame in frames)
    assert checkpoint.step == frames[-1].step < caught.value.step
    assert not checkpoint.result
    with pytest.raises(DivergedError) as again:  # and it does so again, at the same step
        list(train(recipe, dataset, Control(), checkpoint, "cpu", threads=1))
    assert again.value.step == caught.value.step


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"classes": ("b",)}},
        {"optimiser": {"batch": 500}},
        {"optimiser": {"batch": 1}},
        {"network": {"embedding": 1}},
        {"network": {"classifier": "trunk", "normalise": True}},
        {"network": {"hidden": ()}},
        {"data": {"held_out": ("a",)}},
        {"data": {"per_class": 1}},
        {"data": {"held_out": ("a",)}, **METRIC},
        {"optimiser": {"steps": None, "epochs": 0.5}},
        {"frames": {"count": 200}},
    ],
    ids=str,
)
def test_unusual_requests_work(changes: dict[str, Any], run: Run, make_recipe: Make) -> None:
    items = run(make_recipe(**changes))
    frames = frames_of(items)
    assert all(np.isfinite(frame.embeddings).all() for frame in frames)
    assert all(np.isfinite(frame.probabilities).all() for frame in frames)
    assert all(math.isfinite(value) for frame in frames for value in frame.scalars.values())
    assert items[-1].result["accuracy"] >= 0


def test_a_class_with_one_image_and_batches_without_pairs(run: Run, make_recipe: Make, make_dataset: Make) -> None:
    lonely = make_dataset(classes=5, rows=4)  # 15 training images of 5 classes, in batches of 3
    items = run(make_recipe(**METRIC, optimiser={"batch": 3}, data={"per_class": 2}), None, lonely)
    assert all(math.isfinite(value) for frame in frames_of(items) for value in frame.scalars.values())


def test_half_precision_rounds_what_is_shown_to_what_is_kept(run: Run, make_recipe: Make) -> None:
    whole = frames_of(run(make_recipe()))
    half = frames_of(run(make_recipe(frames={"count": 8, "half": True})))
    for a, b in zip(whole, half, strict=True):
        assert np.array_equal(a.embeddings.astype(np.float16).astype(np.float32), b.embeddings)
        assert np.array_equal(a.probabilities, b.probabilities)


def test_what_cannot_be_trained_is_refused(dataset: Dataset, make_recipe: Make) -> None:
    recipe = make_recipe(**METRIC, data={"classes": ("a",)})
    with pytest.raises(LatentariumError, match="only one"):
        next(train(recipe, dataset, Control()))


def test_a_damaged_or_foreign_checkpoint_is_refused(dataset: Dataset, run: Run, make_recipe: Make) -> None:
    recipe = make_recipe()
    good = checkpoints_of(run(recipe))[-1]
    for name, content in good.files.items():
        for damage in (b"", content[: len(content) // 2]):
            broken = replace(good, files={**good.files, name: damage})
            with pytest.raises(LatentariumError, match="step 20 is damaged"):
                run(recipe, broken)
    with pytest.raises(LatentariumError, match="damaged"):
        run(recipe, replace(good, files={}))
    with pytest.raises(LatentariumError, match="another network"):
        run(make_recipe(network={"hidden": (17,)}), good)
    with pytest.raises(LatentariumError, match="another recipe"):
        run(make_recipe(data={"per_class": 5}), good)
