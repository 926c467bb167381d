"""Which device, and how many threads."""

import os

import pytest
import torch

from latentarium.core.errors import LatentariumError
from latentarium.training.device import choose_device, thread_count, torch_threads


def test_a_core_is_left_to_the_window() -> None:
    assert thread_count() == max(1, len(os.sched_getaffinity(0)) - 1)


def test_the_first_device_that_is_there_is_taken() -> None:
    expected = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert choose_device() == choose_device("auto") == expected
    assert choose_device("cpu") == "cpu"
    with pytest.raises(LatentariumError, match="no device abacus"):
        choose_device("abacus")


def test_threads_are_given_back() -> None:
    before = torch.get_num_threads()
    with torch_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_blocks_that_overlap_take_nothing_from_each_other() -> None:
    before = torch.get_num_threads()
    training, embedding = torch_threads(before + 1), torch_threads(before + 2)
    training.__enter__()
    embedding.__enter__()
    assert torch.get_num_threads() == before + 2
    training.__exit__(None, None, None)
    assert torch.get_num_threads() == before + 2
    embedding.__exit__(None, None, None)
    assert torch.get_num_threads() == before
    first, second = torch_threads(before + 1), torch_threads(before + 2)
    first.__enter__()
    second.__enter__()
    second.__exit__(None, None, None)
    assert torch.get_num_threads() == before + 1
    first.__exit__(None, None, None)
    assert torch.get_num_threads() == before
