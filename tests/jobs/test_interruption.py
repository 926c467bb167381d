"""Loops that never ask whether they are wanted still, ended all the same."""

import sys
import threading
from importlib import import_module
from pathlib import Path

import pytest
import torch

from latentarium.core.embedding import EmbeddingPlan
from latentarium.core.errors import CancelledError
from latentarium.core.recipe import Recipe
from latentarium.jobs import interruption
from latentarium.jobs.embedding_preview import preview_embedding
from latentarium.jobs.interruption import interruptible

ENDLESS = "def net():\n    open(__file__ + '.ran', 'w').close()\n    while True:\n        pass\n"


def join_watchers():
    """Wait until nobody watches any more; a watcher that was never told would be waited for in vain."""
    for thread in threading.enumerate():
        if thread.name == interruption.NAME:
            thread.join(10)
            assert not thread.is_alive()


def test_a_loop_without_end_is_left():
    began = threading.Event()

    def work():
        while True:
            began.set()

    with pytest.raises(CancelledError, match="Enough"), interruptible(began.is_set, "Enough."):
        work()


def test_code_that_catches_everything_is_interrupted_again():
    caught = []

    def work():
        while len(caught) < 2:
            try:
                while True:
                    pass
            except BaseException as error:
                caught.append(error)
        raise caught[-1]

    with pytest.raises(CancelledError), interruptible(lambda: True, "Enough."):
        work()
    assert len(caught) == 2


def test_what_ends_by_itself_goes_on_undisturbed():
    for _ in range(20):
        with interruptible(lambda: False, "Enough."):
            pass
    join_watchers()
    with pytest.raises(ValueError, match="own"), interruptible(lambda: False, "Enough."):
        raise ValueError("own")


def test_an_interruption_before_the_block_is_one_of_the_block(monkeypatch):
    class Hurried(threading.Thread):
        def start(self):
            super().start()
            if self.name == interruption.NAME:
                raise interruption._InterruptedError

    monkeypatch.setattr(threading, "Thread", Hurried)
    with pytest.raises(CancelledError, match="Enough"), interruptible(lambda: False, "Enough."):
        pytest.fail("the block was begun")
    join_watchers()


def test_an_import_is_waited_for(tmp_path, monkeypatch):
    (tmp_path / "slowly.py").write_text("import time\nfor _ in range(6):\n    time.sleep(0.1)\nDONE = True\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def work():
        import_module("slowly")
        while True:
            pass

    with pytest.raises(CancelledError), interruptible(lambda: True, "Enough."):
        work()
    assert sys.modules.pop("slowly").DONE


def test_a_network_that_is_never_made_can_be_cancelled(tmp_path: Path):
    (tmp_path / "endless.py").write_text(ENDLESS, "utf-8")
    torch.save({"a": torch.zeros(1)}, tmp_path / "theirs.pt")
    plan = EmbeddingPlan(tmp_path / "theirs.pt", Recipe(), f"{tmp_path / 'endless.py'}:net")
    with pytest.raises(CancelledError, match="was stopped"):
        preview_embedding(plan, cancelled=(tmp_path / "endless.py.ran").exists)


def test_a_training_script_that_the_networks_file_imports_can_be_cancelled(tmp_path: Path):
    (tmp_path / "script_of_theirs.py").write_text(
        "open(__file__ + '.ran', 'w').close()\nwhile True:\n    pass\n", "utf-8"
    )
    (tmp_path / "nets.py").write_text("def net():\n    import script_of_theirs\n", "utf-8")
    torch.save({"a": torch.zeros(1)}, tmp_path / "theirs.pt")
    plan = EmbeddingPlan(tmp_path / "theirs.pt", Recipe(), f"{tmp_path / 'nets.py'}:net")
    with pytest.raises(CancelledError, match="was stopped"):
        preview_embedding(plan, cancelled=(tmp_path / "script_of_theirs.py.ran").exists)
    assert "script_of_theirs" not in sys.modules
