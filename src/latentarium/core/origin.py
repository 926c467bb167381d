"""Where a space comes from that was not trained here."""

from pydantic import Field

from latentarium.core.table import Table


class Origin(Table):
    """Who made a space, and how, as far as its files or the person who brought it said."""

    format: str = Field(description="What was read: vectory, table, projector, summary-writer, checkpoint …")
    source: str = Field("", description="The name of the file or folder it was read from")
    dataset: str = Field("", description="The data set that the points are of")
    model: str = Field("", description="The network that made the vectors")
    numbered: bool = Field(False, description="The ids are row numbers only: nothing that was read names the points")
    params: str = Field("", description="What else is known of it, as JSON")
