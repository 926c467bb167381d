"""ls, as a person types it."""

import shutil


def test_the_library_is_listed(shell, trained, tmp_path, monkeypatch):
    library = tmp_path / "library"
    monkeypatch.setenv("LATENTARIUM_LIBRARY", str(library))
    assert shell.json("ls") == {"runs": []}
    assert "no runs" in shell.run("ls").out
    shutil.copytree(trained[0], library / "first")
    shutil.copytree(trained[0], library / "mine" / "second")
    (library / "other.txt").write_text("nothing to list")
    said = shell.json("ls")["runs"]
    assert {run["name"] for run in said} == {"first", "mine/second"}
    for run in said:
        assert (run["frames"], run["points"], run["dimensions"]) == (4, 50, 3)
        assert run["path"] == str(library / run["name"])
        assert shell.json("info", run["name"])["frames"] == 4
    lines = shell.run("ls").out.splitlines()
    assert lines[0].split() == ["name", "title", "frames", "points", "dimensions", "accuracy"]
    assert sorted(line.split()[:2] for line in lines[1:]) == [["first", "Tiny"], ["mine/second", "Tiny"]]
    assert shell.json("ls", library / "mine")["runs"][0]["name"] == "second"

    # A title is taken for a run where only one has it, and so is a name without its group.
    shell.refused("info", "Tiny", words=("2 runs of the library are called Tiny", "mine/second"))
    assert shell.json("info", "second@-1")["frames"] == 4
    shutil.rmtree(library / "first")
    table = tmp_path / "table.csv"
    table.write_text("key,weight\n" + (library / "mine/second/metadata.csv").read_text().splitlines()[1] + ",1\n")
    assert shell.json("add", "Tiny", "--table", table)["run"] == str(library / "mine" / "second")
    assert shell.json("compare", "Tiny@0", "Tiny")["points"] == 50


def test_a_folder_that_is_not_there_is_said(shell, tmp_path):
    said = shell.run("ls", tmp_path / "nothing")
    assert said.code == 2
    assert "no folder" in said.err
