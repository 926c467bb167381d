"""A run's figures on unseen classes, beside those of raw pixels and of the first frame."""

from dataclasses import dataclass

from latentarium.analysis.zero_shot import draw_trials
from latentarium.core.dataset import Sample
from latentarium.core.frame import KNN_SHOTS, PROTOTYPE_SHOTS, VERIFICATION, VERIFICATION_AUC, ZERO_SHOT
from latentarium.runs.run import Run

PIXELS = "pixels_"  # before the name of a figure: that of raw pixels
NAMES = {
    VERIFICATION: "verification",
    VERIFICATION_AUC: "ROC AUC",
    **{name: f"{shots}-shot prototype" for shots, name in PROTOTYPE_SHOTS.items()},
    **{name: f"{shots}-shot k-NN" for shots, name in KNN_SHOTS.items()},
    "linear_probe": "linear probe",
    "linear_probe_unseen": "unseen linear probe",
}


@dataclass(frozen=True)
class Compared:
    """One figure, 0 to 1: of the learned space, of raw pixels and of the first frame; None where it is not known."""

    name: str
    learned: float
    pixels: float | None
    first: float | None

    @property
    def title(self) -> str:
        """For people."""
        return NAMES[self.name]

    @property
    def text(self) -> str:
        """The three figures in words."""
        others = (("pixels", self.pixels), ("first frame", self.first))
        return " · ".join(
            [f"{self.learned:.3f}", *(f"{name} {value:.3f}" for name, value in others if value is not None)]
        )


def pixel_figures(probe: Sample, trained: int) -> dict[str, float]:
    """What a frame's figures on unseen classes would be for raw pixels, by name; empty where there are none."""
    trials, pixels = draw_trials(probe.labels, trained), probe.pixels
    if trials is None or pixels is None:
        return {}
    figures = trials.measure(pixels)
    return {PIXELS + name: value for name, value in figures.items()}


def compare(run: Run, index: int) -> tuple[Compared, ...]:
    """The figures on unseen classes at frame `index`; none where no two classes are held out."""
    if not len(run):
        return ()
    scalars, first = run.entries[index].scalars, run.entries[0].scalars
    return tuple(
        Compared(name, scalars[name], run.baselines.get(PIXELS + name), first.get(name))
        for name in ZERO_SHOT
        if name in scalars
    )


def worse_than_pixels(figures: tuple[Compared, ...]) -> tuple[Compared, ...]:
    """Those in which raw pixels are better than what was learned."""
    return tuple(figure for figure in figures if figure.pixels is not None and figure.pixels > figure.learned)


def as_table(figures: tuple[Compared, ...]) -> dict[str, dict[str, float | None]]:
    """For a machine: by name, the learned figure, that of raw pixels and that of the first frame."""
    return {
        figure.name: {"learned": figure.learned, "pixels": figure.pixels, "step_0": figure.first} for figure in figures
    }
