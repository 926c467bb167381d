"""`python -m latentarium`."""

import sys
from multiprocessing import freeze_support

from latentarium.cli import main

if __name__ == "__main__":  # a spawned child process imports this file again
    freeze_support()
    sys.exit(main())
