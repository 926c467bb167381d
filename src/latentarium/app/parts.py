"""The window's parts, for those that act on several of them."""

from dataclasses import dataclass

from latentarium.app.docks import Docks
from latentarium.app.errands import Errands
from latentarium.app.exporter import Exporter
from latentarium.app.form.recipe_form import RecipeForm
from latentarium.app.layouts import Layouts
from latentarium.app.notices import NoticeBar
from latentarium.app.opener import Opener
from latentarium.app.session import Session
from latentarium.app.settings import Settings
from latentarium.app.sweep.sweeps import Sweeps
from latentarium.app.trainbar import TrainBar
from latentarium.app.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Parts:
    """What the commands steer."""

    session: Session
    settings: Settings
    notices: NoticeBar
    errands: Errands
    trainer: Trainer
    opener: Opener
    sweeps: Sweeps
    exporter: Exporter
    layouts: Layouts
    docks: Docks
    form: RecipeForm
    bar: TrainBar
