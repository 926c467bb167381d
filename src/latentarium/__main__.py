"""`python -m latentarium`."""

import sys

from latentarium.cli import main

if __name__ == "__main__":  # a spawned child process imports this file again
    sys.exit(main())
