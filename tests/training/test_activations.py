"""Softplus against its definition."""

import pytest
import torch
from torch.nn import functional

from latentarium.training.activations import Softplus


@pytest.mark.parametrize(("kind", "tolerance"), [(torch.float64, 1e-14), (torch.float32, 2e-7)])
def test_softplus_and_its_slope(kind: torch.dtype, tolerance: float) -> None:
    values = torch.cat([torch.linspace(-30, 30, 401), torch.tensor([-1e30, 1e30, 0.0])]).to(kind).requires_grad_()
    outer = torch.linspace(-2, 2, len(values), dtype=kind)
    found, expected = Softplus()(values), functional.softplus(values, threshold=100)
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
    slopes = [torch.autograd.grad(result, values, outer)[0] for result in (found, expected)]
    torch.testing.assert_close(*slopes, rtol=tolerance, atol=tolerance)
