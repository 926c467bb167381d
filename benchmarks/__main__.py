"""All measurements, one after the other. Close other programs first."""

from benchmarks import launch, library, live, picking, pointcloud, regions

for benchmark in (live, pointcloud, launch, picking, regions, library):
    benchmark.main()
    print(flush=True)
