"""What frames and results say, against the plain definitions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from latentarium.analysis.zero_shot import draw_trials
from latentarium.core.dataset import Dataset
from latentarium.core.errors import CancelledError, DivergedError
from latentarium.core.frame import VERIFICATION, VERIFICATION_AUC, ZERO_SHOT
from latentarium.core.recipe import Recipe
from latentarium.data.parts import divide
from latentarium.training.examination import Examination, embed
from latentarium.training.networks import EmbeddingNetwork, build_network
from latentarium.training.objectives import Batch, Problem, WeightedSum

Make = Callable[..., Recipe]


def examined(recipe: Recipe, dataset: Dataset) -> tuple[Examination, EmbeddingNetwork]:
    parts = divide(recipe, dataset)
    return Examination(recipe, dataset, parts), build_network(recipe, dataset.images[parts.training], parts.trained)


def slow_nearest_label(query: Any, points: Any, labels: Any) -> int:
    return int(labels[int(np.argmin([((query.astype(float) - point) ** 2).sum() for point in points]))])


def slow_vote(query: Any, points: Any, labels: Any, k: int = 10) -> int:
    nearest = [int(labels[row]) for row in np.argsort([((query.astype(float) - point) ** 2).sum() for point in points])]
    return max(nearest[:k], key=lambda label: (nearest[:k].count(label), -nearest.index(label)))


@pytest.mark.parametrize("held_out", [(), ("b",)])
def test_scalars_follow_from_the_arrays(held_out: tuple[str, ...], dataset: Dataset, make_recipe: Make) -> None:
    examination, network = examined(make_recipe(data={"held_out": held_out}), dataset)
    frame = examination.frame(network, 7, 1.5)
    parts = examination.parts
    labels, reference = parts.labels[parts.probe], parts.labels[parts.reference]
    rows = [row for row, label in enumerate(labels) if label < parts.trained]
    assert (frame.step, frame.epoch, frame.probabilities.shape) == (7, 1.5, (20, parts.trained))
    expected = {
        "probe_loss": np.mean([-np.log(frame.probabilities[row, labels[row]]) for row in rows]),
        "accuracy": np.mean([frame.probabilities[row].argmax() == labels[row] for row in rows]),
        "knn_accuracy": np.mean(
            [
                slow_nearest_label(frame.embeddings[row], frame.reference_embeddings, reference) == labels[row]
                for row in rows
            ]
        ),
    }
    for name, value in expected.items():
        assert frame.scalars[name] == pytest.approx(value, abs=1e-6)
    unit = frame.embeddings / np.linalg.norm(frame.embeddings, axis=1, keepdims=True)
    classes = [unit[labels == label] for label in range(len(parts.classes))]
    within = [(u @ u.T)[~np.eye(len(u), dtype=bool)].mean() for u in classes]
    between = [(a @ b.T).mean() for i, a in enumerate(classes) for j, b in enumerate(classes) if i != j]
    assert frame.scalars["similarity_within"] == pytest.approx(np.mean(within), abs=1e-5)
    assert frame.scalars["similarity_between"] == pytest.approx(np.mean(between), abs=1e-5)


def test_unseen_classes_are_measured_where_there_are_two(dataset: Dataset, make_recipe: Make) -> None:
    examination, network = examined(make_recipe(data={"held_out": ("b", "c")}), dataset)
    frame = examination.frame(network, 0, 0.0)
    trials = draw_trials(examination.parts.labels[examination.parts.probe], 1)
    assert trials is not None
    figures = trials.measure(frame.embeddings)
    assert {VERIFICATION, VERIFICATION_AUC} < set(figures)
    assert {name: frame.scalars[name] for name in figures} == figures
    for held_out in ((), ("b",)):
        examination, network = examined(make_recipe(data={"held_out": held_out}), dataset)
        assert not set(ZERO_SHOT) & set(examination.frame(network, 0, 0.0).scalars)


def test_without_a_class_head_probabilities_come_from_prototypes(dataset: Dataset, make_recipe: Make) -> None:
    recipe = make_recipe(network={"classifier": "none"}, objective=[{"name": "dcl"}], prototypes={"temperature": 0.3})
    examination, network = examined(recipe, dataset)
    frame = examination.frame(network, 0, 0.0)
    reference = examination.parts.labels[examination.parts.reference]
    means = np.stack([frame.reference_embeddings[reference == label].mean(0) for label in range(3)])
    weights = np.exp(-((frame.embeddings[:, None] - means) ** 2).sum(2) / 0.3)
    np.testing.assert_allclose(frame.probabilities, weights / weights.sum(1, keepdims=True), rtol=1e-4, atol=1e-6)
    weights = np.exp(-((frame.reference_embeddings[:, None] - means) ** 2).sum(2) / 0.3)
    np.testing.assert_allclose(
        frame.reference_probabilities, weights / weights.sum(1, keepdims=True), rtol=1e-4, atol=1e-6
    )


def test_blocks_change_nothing_and_the_network_goes_on_training(dataset: Dataset, make_recipe: Make) -> None:
    _, network = examined(make_recipe(network={"name": "conv-small"}), dataset)
    many = np.concatenate([dataset.images] * 3)
    embeddings, probabilities = embed(network, many)
    assert network.training
    with torch.inference_mode():
        whole = network.eval()(torch.from_numpy(many))
    np.testing.assert_allclose(embeddings, whole.embeddings.numpy(), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(probabilities, whole.logits.softmax(1).numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("classifier", ["embedding", "none"])
def test_the_result_is_of_the_whole_test_split(classifier: str, dataset: Dataset, make_recipe: Make) -> None:
    objective = [{"name": "dcl"}] if classifier == "none" else [{"name": "cross-entropy"}]
    recipe = make_recipe(
        network={"classifier": classifier},
        objective=objective,
        optimiser={"patience": 10},
        data={"held_out": ("c",), "probe": 3},
    )
    examination, network = examined(recipe, dataset)
    parts = examination.parts
    result = examination.result(network)
    labels = parts.labels
    test = [row for row in parts.test if labels[row] < 2]
    known = [*parts.training, *parts.validation]
    assert len(test) == 24
    assert len(known) == 56
    points, _ = embed(network, dataset.images[known])
    queries, probabilities = embed(network, dataset.images[test])
    right = [slow_nearest_label(query, points, labels[known]) for query in queries] == labels[test]
    assert result["knn_accuracy"] == pytest.approx(np.mean(right))
    if probabilities is None:
        reference, _ = embed(network, dataset.images[parts.reference])
        means = [reference[labels[parts.reference] == label].mean(0) for label in range(2)]
        probabilities = -np.stack([((queries - mean) ** 2).sum(1) for mean in means], 1)
    assert result["accuracy"] == pytest.approx(np.mean(probabilities.argmax(1) == labels[test]))
    votes = [slow_vote(query, points, labels[known]) for query in queries] == labels[test]
    assert result["knn10_accuracy"] == pytest.approx(np.mean(votes))
    own, sure = embed(network, dataset.images[parts.training])
    if sure is None:
        sure = -np.stack([((own - mean) ** 2).sum(1) for mean in means], 1)
    assert result["train_accuracy"] == pytest.approx(np.mean(sure.argmax(1) == labels[parts.training]))


def test_validation_loss_is_the_objectives_mean_and_always_the_same(dataset: Dataset, make_recipe: Make) -> None:
    recipe = make_recipe(optimiser={"patience": 5, "batch": 500})
    examination, network = examined(recipe, dataset)
    rows = examination.parts.validation
    objective = WeightedSum(recipe.objective, Problem(dataset.images, 2, 3))
    found = examination.validation_loss(network, objective)
    assert network.training
    with torch.inference_mode():
        embeddings, logits = network.eval()(torch.tensor(dataset.images[rows]))
        labels = torch.tensor(examination.parts.labels[rows])
        expected = objective(Batch(embeddings, logits, labels, labels, torch.Generator()))
    assert found == pytest.approx(expected.item(), rel=1e-5)
    recipe = make_recipe(objective=[{"name": "triplet"}], optimiser={"patience": 5, "batch": 3})
    examination, network = examined(recipe, dataset)
    objective = WeightedSum(recipe.objective, Problem(dataset.images, 2, 3))
    torch.manual_seed(0)
    first = examination.validation_loss(network, objective)
    torch.manual_seed(1)
    assert examination.validation_loss(network, objective) == first


def test_a_stop_is_seen_between_blocks(dataset: Dataset, make_recipe: Make) -> None:
    examination, network = examined(make_recipe(), dataset)
    answers = iter([False, True])
    with pytest.raises(CancelledError):
        examination.result(network, lambda: next(answers))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("classifier", ["embedding", "none"])
def test_numbers_that_are_not_finite_make_no_frame(
    value: float, classifier: str, dataset: Dataset, make_recipe: Make
) -> None:
    objective = [{"name": "dcl"}] if classifier == "none" else [{"name": "cross-entropy"}]
    recipe = make_recipe(network={"classifier": classifier}, objective=objective)
    examination, network = examined(recipe, dataset)
    with torch.no_grad():
        network.embedding.bias[0] = value
    with pytest.raises(DivergedError) as caught:
        examination.frame(network, 12, 2.0)
    assert caught.value.step == 12
