"""Failures that a person can do something about."""


class LatentariumError(Exception):
    """A sentence for the person in front of the program: what happened, to which file, what to do.

    The window shows it as it is; the command line prints it and exits 2. `details` are what it names in part, in full.
    """

    def __init__(self, sentence: str = "", details: str = "") -> None:
        super().__init__(sentence)
        self.details = details


class CancelledError(LatentariumError):
    """The person asked to stop: nothing to report, nothing half done is left."""


class DivergedError(LatentariumError):
    """Training left the finite numbers at `step`: its loss, or what the network gives, is NaN or infinite."""

    def __init__(self, step: int) -> None:
        super().__init__(
            f"Training broke down at step {step}: its numbers are no longer finite. "
            "What was recorded before is kept; try a smaller learning rate (optimiser.rate)."
        )
        self.step = step
