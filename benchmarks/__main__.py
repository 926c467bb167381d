"""All measurements, one after the other. Close other programs first."""

from benchmarks import launch, live, picking, pointcloud

for benchmark in (live, pointcloud, launch, picking):
    benchmark.main()
    print(flush=True)
