"""Failures that a person can do something about."""


class LatentariumError(Exception):
    """A sentence for the person in front of the program: what happened, to which file, what to do.

    The window shows it as it is; the command line prints it and exits 2.
    """


class CancelledError(LatentariumError):
    """The person asked to stop: nothing to report, nothing half done is left."""
