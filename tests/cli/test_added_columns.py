"""add RUN --table, as a person types it."""

import shutil


def test_a_table_is_added_to_a_run(shell, trained, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(trained[0], run)
    ids = (run / "metadata.csv").read_text().splitlines()[1:]
    table = tmp_path / "table.csv"
    table.write_text("key,weight\n" + "".join(f"{name},{row}\n" for row, name in enumerate(ids[:40])))
    said = shell.json("add", run, "--table", table)
    assert said == {
        "run": str(run),
        "points": 50,
        "dimensions": 3,
        "missing": ["The table names 40 of the run's 50 points."],
    }
    assert (run / "columns.csv").read_text().splitlines()[:2] == ["id,weight", f"{ids[0]},0"]
    assert shell.json("info", run)["frames"] == 4
    refused = shell.run("add", run, "--table", table, "--id-field", "weight")
    assert refused.code != 0
    assert "names no point" in refused.err
