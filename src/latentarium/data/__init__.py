"""Images become a data set: the built-in digits, torchvision's sets, image folders.

`load` and `download` are the two doors; `latentarium.data.parts` says which rows are for what.
"""

from latentarium.data.sources import class_names, data_folder, download, load

__all__ = ["class_names", "data_folder", "download", "load"]
