"""A network that a person's own Python file makes. The one place that runs code of somebody else."""

import importlib.util
import os
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from latentarium.core.errors import LatentariumError


def network_of(named: str) -> nn.Module:
    """Run the file in FILE.py:FUNCTION, call the function without arguments, and give back the module it makes.

    Only for a file that the person named. Raises LatentariumError for what goes wrong in it.
    """
    place, _, function = named.rpartition(":")
    path = Path(place).expanduser()
    if not function:
        raise LatentariumError(f"Say which function of {path} makes the network: {place}:FUNCTION.")
    if not path.is_file():
        raise LatentariumError(f"There is no Python file at {path}.")
    spec = importlib.util.spec_from_file_location(f"latentarium_user_{path.stem}", path.absolute())
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    folder, writing, before = folder_of(named), sys.dont_write_bytecode, set(sys.modules)
    sys.path.insert(0, folder)  # so that the file finds those beside it
    sys.dont_write_bytecode = True  # a person's folder is no place for our caches
    sys.modules[spec.name] = module  # dataclasses look for it there
    try:
        spec.loader.exec_module(module)
        make = getattr(module, function, None)
        if not callable(make):
            raise LatentariumError(f"{path} has no function {function}.")
        made = make()
    except LatentariumError:
        raise
    except (Exception, SystemExit) as error:  # whatever a person's own code raises
        raise LatentariumError(f"{path} failed: {type(error).__name__}: {first_line(error)}.") from error
    finally:
        sys.dont_write_bytecode = writing
        if folder in sys.path:
            sys.path.remove(folder)
        for name in set(sys.modules) - before:  # what lies beside another file may have the same name
            if lies_in(str(getattr(sys.modules[name], "__file__", None) or ""), folder):
                del sys.modules[name]
    if not isinstance(made, nn.Module):
        raise LatentariumError(f"{function} in {path} gave back {type(made).__name__}, not a torch.nn.Module.")
    if isinstance(made, torch.jit.ScriptModule):
        raise LatentariumError(f"{function} in {path} gave back a scripted module; give it as it is before torch.jit.")
    if any(is_lazy(value) for value in (*made.parameters(), *made.buffers())):
        raise LatentariumError(
            f"{function} in {path} gave back layers without a size; pass an image through them before."
        )
    return made.float()


def folder_of(named: str) -> str:
    """The folder of the file in FILE.py:FUNCTION."""
    return str(Path(named.rpartition(":")[0]).expanduser().absolute().parent)


def lies_in(file: str, folder: str) -> bool:
    """Whether a module's file is of a person's folder, and of no library that is installed somewhere beneath it."""
    return file.startswith(folder + os.sep) and "site-packages" not in file[len(folder) :].split(os.sep)


def first_line(error: BaseException) -> str:
    """What an error says, without what it says at length."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
