"""Comparing two spaces: against Vectory's way, at 60,000 points, and what one click costs.

The spaces are clouds of 128 dimensions about the means of ten classes, recorded as runs. Vectory's way is
pynndescent's approximate neighbours in each space, the point itself among them, and the Jaccard index of the two sets
of each point; it is asked in a process of its own, where it compiles first, and then several times more. Ours is
`latentarium compare`, from the start of its process to its answer, which includes all its other figures; and `compare`
alone, several times too. Both read the same vectors. The click is one point's ten nearest of all, against
scikit-learn's brute force.

    python -m benchmarks.compare [POINTS] [MANY] [ROUNDS]
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from latentarium.analysis.neighbours import nearest
from latentarium.core.arrays import Floats, frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.comparison import ComparisonSettings
from latentarium.core.dataset import Sample
from latentarium.core.frame import Frame
from latentarium.core.objectives import SupCon
from latentarium.core.recipe import Data, Network, Recipe
from latentarium.jobs.comparing import compare
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run

POINTS, MANY, ROUNDS = 10_000, 60_000, 3
DIMENSIONS, CLASSES, K, CLICKS, WARM = 128, 10, 10, 200, 5

PEER = """
import json, sys, time, warnings
began = time.perf_counter()
warnings.simplefilter("ignore")
import numpy as np
from pynndescent import NNDescent
def found(name):
    return NNDescent(np.load(name), "cosine", n_neighbors=int(sys.argv[3])).neighbor_graph[0]
def mean_overlap():
    sides = [found(name) for name in sys.argv[1:3]]
    rows = zip(*(side.tolist() for side in sides))
    return sum(len(a & b) / len(a | b) for a, b in ((set(x), set(y)) for x, y in rows)) / len(sides[0])
fresh = mean_overlap()
first = time.perf_counter() - began
began = time.perf_counter()
mean = mean_overlap()
taken = [time.perf_counter() - began]
for _ in range(int(sys.argv[4]) - 1):
    began = time.perf_counter()
    mean_overlap()
    taken.append(time.perf_counter() - began)
print(json.dumps([fresh, first, mean, sorted(taken)[len(taken) // 2]]))
"""

MEMORY = """
import sys, time
from pathlib import Path
from latentarium.core.comparison import ComparisonSettings
from latentarium.jobs.comparing import compare
from latentarium.runs.run import Run
runs = [Run.open(name) for name in sys.argv[1:3]]
for run in runs:
    run.frame(0)
def memory(line):
    return int(Path("/proc/self/status").read_text().split(line)[1].split()[0]) / 1024
before = memory("VmRSS:")
Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
began = time.perf_counter()
compare(runs[0], 0, runs[1], 0, ComparisonSettings(int(sys.argv[3])))
print(time.perf_counter() - began, memory("VmHWM:") - before)
"""


def cloud(points: int, seed: int) -> Floats:
    """Points about the means of their classes: (points, DIMENSIONS)."""
    random = np.random.default_rng(seed)
    common = np.random.default_rng(99).normal(size=(points, 8)) @ random.normal(size=(8, DIMENSIONS))
    means = random.normal(size=(CLASSES, DIMENSIONS))[np.arange(points) % CLASSES]
    return frozen_floats(means + 0.5 * common / np.sqrt(8) + 0.5 * random.normal(size=(points, DIMENSIONS)))


def written(folder: Path, points: int, seed: int) -> Path:
    """A run of one frame whose probe is the cloud, and the cloud beside it as .npy."""
    values, path = cloud(points, seed), folder / f"{points}-{seed}"
    np.save(path.with_suffix(".npy"), values)
    images = frozen_bytes(np.zeros((points, 2, 2, 1)))
    labels = np.arange(points) % CLASSES
    probe = Sample(images, frozen_ints(labels), tuple(f"point-{row}" for row in range(points)), "test")
    reference = Sample(images[:1], frozen_ints([0]), ("reference-0",), "train")
    classes = tuple(map(str, range(CLASSES)))
    network = Network(embedding=DIMENSIONS, classifier="none")
    recipe = Recipe(title="Cloud", data=Data(classes=classes), network=network, objective=(SupCon(),))
    header = Header(recipe, classes, CLASSES, probe, reference, "clouds", "0" * 64, 1, "cpu", {})
    shares = frozen_floats(np.full((points, CLASSES), 1 / CLASSES))
    frame = Frame(0, 0.0, values, shares, values[:1], shares[:1])
    for _ in record(iter([frame]), path, header):
        pass
    return path


def asked(*command: str) -> str:
    """The last line that a process prints."""
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip().splitlines()[-1]


def seconds(work: Callable[..., object], *given: object) -> float:
    """How long it takes once."""
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def against_vectory(folder: Path, points: int, rounds: int) -> None:
    """Both spaces of the points, from a fresh process and warm."""
    paths = [written(folder, points, seed) for seed in (0, 1)]
    names = [str(path) for path in paths]
    arrays = [str(path.with_suffix(".npy")) for path in paths]
    theirs, fresh, warm, said = [], [], [], {}
    for _ in range(rounds):
        theirs.append(json.loads(asked("-c", PEER, *arrays, str(K), str(WARM))))
        began = time.perf_counter()
        said = json.loads(asked("-m", "latentarium", "compare", *names, "--k", str(K), "--include-self", "--json"))
        fresh.append(time.perf_counter() - began)
        times = []
        for _ in range(1 + WARM):  # the first is not counted, as theirs is not
            runs = [Run.open(path) for path in paths]  # which know no neighbours yet
            for run in runs:
                run.frame(0)
            times.append(seconds(compare, runs[0], 0, runs[1], 0, ComparisonSettings(K, include_self=True)))
        warm += times[1:]
    peer_fresh, peer_warm = (statistics.median(each[place] for each in theirs) for place in (1, 3))
    mine_fresh, mine_warm = statistics.median(fresh), statistics.median(warm)
    print(f"    Vectory's way        fresh {peer_fresh:7.2f} s    warm {peer_warm:6.2f} s")
    print(f"    latentarium compare  fresh {mine_fresh:7.2f} s    warm {mine_warm:6.2f} s")
    print(f"    fresh: {peer_fresh / mine_fresh:.1f} times as fast (goal >= 20)")
    print(f"    warm:  {peer_warm / mine_warm:.2f} times as fast (goal >= 1)")
    away = abs(said["mean_overlap"] - theirs[-1][2])
    print(f"    mean overlap {said['mean_overlap']:.5f} (exact), {away:.1e} from theirs (goal <= 1e-3)")


def at_many(folder: Path, points: int) -> None:
    """Seconds and peak memory of a comparison of many points, in a process of its own."""
    names = [str(written(folder, points, seed)) for seed in (0, 1)]
    took, peak = map(float, asked("-c", MEMORY, *names, str(K)).split())
    print(f"    {took:.1f} s, at most {peak:.0f} MB beside the data (goal < 1,024)")


def clicked(points: int) -> None:
    """One point's nearest of all: p95 of many clicks by either metric, against scikit-learn's brute force."""
    from sklearn.neighbors import NearestNeighbors

    values = cloud(points, 0)
    rows = np.random.default_rng(5).choice(points, min(CLICKS, points), replace=False)
    for metric in ("cosine", "euclidean"):
        peer = NearestNeighbors(n_neighbors=K + 1, algorithm="brute", metric=metric).fit(values)
        mine, theirs = [], []
        for row in rows.tolist():
            point = values[row : row + 1]
            mine.append(seconds(nearest, point, values, K, metric, np.array([row])))
            theirs.append(seconds(peer.kneighbors, point))
        tail = np.percentile(mine[5:], 95) * 1000
        times = np.median(theirs[5:]) / np.median(mine[5:])
        print(f"    {metric:10} p95 {tail:6.1f} ms (goal <= 50), {times:.2f} times sklearn's pace (goal >= 1)")


def main(points: int = POINTS, many: int = MANY, rounds: int = ROUNDS) -> None:
    """Print times, ratios and memory."""
    with tempfile.TemporaryDirectory() as room:
        print(f"comparing two spaces of {points:,} × {DIMENSIONS}, k = {K}, medians of {rounds} rounds", flush=True)
        against_vectory(Path(room), points, rounds)
        print(f"comparing two spaces of {many:,} × {DIMENSIONS}, k = {K}", flush=True)
        at_many(Path(room), many)
        print(f"a click's {K} neighbours among {many:,} × {DIMENSIONS}", flush=True)
        clicked(many)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
