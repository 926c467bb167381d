"""All measurements, one after the other. Close other programs first."""

from benchmarks import launch, live, picking, pointcloud, regions

for benchmark in (live, pointcloud, launch, picking, regions):
    benchmark.main()
    print(flush=True)
