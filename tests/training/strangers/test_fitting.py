"""Which keys fit, under which prefix, and what is said of the others."""

import torch
from torch import nn

from latentarium.training.strangers.fitting import common_prefix, fit


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 2))


def test_all_that_fits_is_copied_under_any_prefix():
    source, target = network(), network()
    for prefix in ("", "model.", "net.encoder.", "a.b.c."):
        state = {prefix + name: value + 1 for name, value in source.state_dict().items()}
        given = fit(target, state)
        assert given.prefix == prefix
        assert given.unfilled == frozenset()
        assert given.unused == ()
        assert len(given.fitted) == len(source.state_dict())
        assert torch.equal(target[0].weight, source[0].weight + 1)


def test_what_does_not_fit_is_named():
    target = network()
    before = target[2].weight.clone()
    state = {name: value for name, value in network().state_dict().items() if name != "0.bias"}
    state["2.weight"] = torch.zeros(5, 3)
    state["head.weight"] = torch.zeros(1)
    given = fit(target, state)
    assert given.lacking == ("0.bias",)
    assert given.misshapen == ("2.weight (5 × 3 in the file, 2 × 3 in the network)",)
    assert given.unused == ("head.weight",)
    assert given.unfilled == {"0.bias", "2.weight"}
    assert torch.equal(target[2].weight, before)
    sentence = given.sentence("theirs", "w.pt")
    for word in ("w.pt", "theirs", "of its 9 keys 7 fit", "0.bias", "5 × 3", "head.weight"):
        assert word in sentence, sentence


def test_a_part_of_the_file_that_fits_by_chance_is_no_prefix():
    state = {f"block.{name}": value for name, value in nn.Sequential(nn.Linear(4, 3)).state_dict().items()}
    state |= {name: torch.zeros(7, 7) for name in network().state_dict()}
    given = fit(network(), state)
    assert given.prefix == ""
    assert given.misshapen[0] == "0.weight (7 × 7 in the file, 3 × 4 in the network)"


def test_a_key_of_another_shape_is_named_as_the_file_does():
    state = {f"module.{name}": value for name, value in network().state_dict().items()}
    given = fit(network(), {**state, "module.2.weight": torch.zeros(5, 3)})
    assert given.misshapen == ("2.weight (module.2.weight is 5 × 3 in the file, 2 × 3 in the network)",)
    assert given.unfilled == {"2.weight"}


def test_a_counter_of_batches_is_not_missed():
    state = {name: value for name, value in network().state_dict().items() if "batches" not in name}
    assert fit(network(), state).unfilled == frozenset()


def test_where_nothing_fits_the_names_stay_but_for_what_all_have_in_common():
    wanted = network().state_dict()
    odd = {f"layer1.{name}": torch.zeros(9) for name in ("0.weight", "0.bias", "2.weight")}
    assert common_prefix({**odd, "0.weight": torch.zeros(9)}, wanted) == ""
    assert common_prefix(odd, wanted) == "layer1."
    assert common_prefix({}, wanted) == ""


def test_all_keys_are_listed_by_what_became_of_them():
    network = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 4))
    given = fit(
        network, {"0.weight": torch.ones(3, 2), "0.bias": torch.ones(3), "1.bias": torch.ones(5), "x": torch.ones(1)}
    )
    assert given.listing == (
        "Fitted (2)\n    0.weight\n    0.bias\nNot in the file (1)\n    1.weight\n"
        "Of another shape (1)\n    1.bias (5 in the file, 4 in the network)\nOnly in the file (1)\n    x"
    )
    assert given.refusal("theirs", "w.pt").details == given.listing
