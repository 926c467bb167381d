"""Shifts, flips and jitter of whole batches, turns and sizes of single images."""

import math

import pytest
import torch
from torch import Generator, Tensor

from latentarium.core.recipe import Augment
from latentarium.training.augmentation import augment


def pictures() -> Tensor:
    return torch.randint(0, 256, (3, 5, 6, 2), dtype=torch.uint8, generator=Generator().manual_seed(0))


def slow_shift(images: Tensor, down: int, right: int) -> Tensor:
    rows, columns = images.shape[1:3]
    moved = torch.empty_like(images)
    for y in range(rows):
        for x in range(columns):
            moved[:, y, x] = images[:, min(max(y - down, 0), rows - 1), min(max(x - right, 0), columns - 1)]
    return moved


def test_without_settings_a_batch_stays_as_it_is_and_draws_nothing() -> None:
    generator = Generator().manual_seed(1)
    state = generator.get_state()
    images = pictures()
    assert augment(images, Augment(), generator) is images
    assert torch.equal(generator.get_state(), state)


@pytest.mark.parametrize("most", [1, 2, 9])
def test_shifts_move_all_images_alike_and_repeat_the_border(most: int) -> None:
    images, generator = pictures(), Generator().manual_seed(0)
    places = [(down, right) for down in range(-most, most + 1) for right in range(-most, most + 1)]
    possible = [slow_shift(images, *place) for place in places]
    for _ in range(20):
        shifted = augment(images, Augment(shift=most), generator)
        assert shifted.dtype == torch.uint8
        assert any(torch.equal(shifted, one) for one in possible)


def test_flips_mirror_about_half_of_the_batches() -> None:
    images, generator = pictures(), Generator().manual_seed(0)
    flipped = [augment(images, Augment(flip=True), generator) for _ in range(100)]
    mirrored = sum(torch.equal(one, images.flip(2)) for one in flipped)
    assert mirrored + sum(torch.equal(one, images) for one in flipped) == 100
    assert 30 < mirrored < 70


def test_jitter_changes_contrast_and_brightness_within_its_share() -> None:
    generator = Generator().manual_seed(0)
    grey = torch.full((2, 3, 3, 1), 127.5)
    for _ in range(50):
        level = augment(grey, Augment(jitter=0.2), generator)
        assert level.unique().numel() == 1
        assert abs(level.mean().item() - 127.5) <= 127.5 * 0.2 + 1e-3
        bright = augment(torch.full((1, 1, 1, 1), 255, dtype=torch.uint8), Augment(jitter=0.2), generator)
        assert 0 <= bright.item() <= 255


def test_the_generator_alone_decides() -> None:
    settings = Augment(shift=2, flip=True, jitter=0.3)
    first = augment(pictures(), settings, Generator().manual_seed(7))
    torch.manual_seed(0)
    assert torch.equal(augment(pictures(), settings, Generator().manual_seed(7)), first)


def slow_turn(image: Tensor, angle: float, size: float, right: float, low: float) -> Tensor:
    """Each pixel of the result looked up where it came from, between four pixels, in float64."""
    rows, columns = image.shape[:2]
    turned = torch.zeros(image.shape, dtype=torch.float64)
    for y in range(rows):
        for x in range(columns):
            across, down = x - (columns - 1) / 2, y - (rows - 1) / 2
            from_x = (across * math.cos(angle) - down * math.sin(angle)) / size + (columns - 1) / 2 + right
            from_y = (across * math.sin(angle) + down * math.cos(angle)) / size + (rows - 1) / 2 + low
            from_x, from_y = min(max(from_x, 0), columns - 1), min(max(from_y, 0), rows - 1)
            left, top = int(from_x), int(from_y)
            for row, column in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
                share = max(0, 1 - abs(from_x - column)) * max(0, 1 - abs(from_y - row))
                turned[y, x] += share * image[min(row, rows - 1), min(column, columns - 1)].double()
    return turned


@pytest.mark.parametrize(("turn", "scale", "shift"), [(30.0, 0.0, 0), (0.0, 0.4, 0), (180.0, 0.2, 0), (20.0, 0.1, 2)])
def test_each_image_turns_grows_and_moves_by_itself(turn: float, scale: float, shift: int) -> None:
    images = pictures()
    found = augment(images, Augment(turn=turn, scale=scale, shift=shift), Generator().manual_seed(3))
    chance = torch.rand(4, len(images), generator=Generator().manual_seed(3)) * 2 - 1
    for number, image in enumerate(images):
        angle, size = math.radians(turn) * float(chance[0, number]), 1 + scale * float(chance[1, number])
        right, low = (shift * float(chance[2 + axis, number]) for axis in range(2))
        slow = slow_turn(image, angle, size, right, low)
        torch.testing.assert_close(found[number].double(), slow, rtol=1e-3, atol=0.02)
    assert found.shape == images.shape
    assert 0 <= found.min() <= found.max() <= 255
