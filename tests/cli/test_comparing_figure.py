"""latentarium compare --figure."""

import pytest


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_a_comparison_is_drawn_as_one_figure(shell, trained, tmp_path, ending):
    run, _ = trained
    figure = tmp_path / f"compared.{ending}"
    said = shell.json("compare", f"{run}@0", f"{run}@-1", "--k", "5", "--figure", figure)
    begins = {"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}[ending]
    data = figure.read_bytes()
    assert data.startswith(begins)
    if ending == "svg":
        text = data.decode("utf-8")
        assert f">{said['mean_overlap']:.3f}<" in text
        assert f">{said['right']['both']:,}<" in text
        assert "Jaccard index, k = 5" in text
    assert [path.name for path in tmp_path.iterdir()] == [figure.name]


def test_a_figure_of_another_kind_or_in_the_way_is_refused(shell, trained, tmp_path):
    run, _ = trained
    shell.refused("compare", f"{run}@0", run, "--figure", tmp_path / "a.gif", words=("a.gif", ".svg"))
    (tmp_path / "a.pdf").write_bytes(b"mine")
    shell.refused("compare", f"{run}@0", run, "--figure", tmp_path / "a.pdf", words=("a.pdf", "--force"))
    assert (tmp_path / "a.pdf").read_bytes() == b"mine"
