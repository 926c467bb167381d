"""All measurements of learning, one after the other: contrastive, objectives, hybrid, layouts. Close other programs.

The first needs the full MNIST (LATENTARIUM_DATA).

    python -m benchmarks.learning [PATH OF A PYTHON WITH PARADIME]
"""

import sys

from benchmarks import contrastive, hybrid, layouts, objectives


def main(paradime: str = "") -> None:
    """Print every part; without the path of ParaDime's Python only our side of the hybrid."""
    contrastive.main()
    print(flush=True)
    objectives.main()
    print(flush=True)
    hybrid.main(paradime)
    print(flush=True)
    layouts.main()


if __name__ == "__main__":
    main(*sys.argv[1:2])
