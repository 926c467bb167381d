# make run    sets everything up and opens the program (without a screen: trains the demo and saves its pictures)
# make test   sets everything up and runs the tests
# make lint   style, types and the import contracts
# make bench  measures against named peers, printed as ratios
# make bench-learning  the same for learning: objectives, the hybrid, layouts (ParaDime in an environment of its own)
# make bench-compare  the same for comparing two spaces: against Vectory's way, at 60,000 points, and one click
# make clean  removes the virtual environment and all that was built

VENV := .venv
BIN := $(VENV)/bin
PEER := .venv-paradime
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3 python,$(if $(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print(1)' 2>/dev/null),$(p))))
CONSTRAINTS ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SCREEN := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname -s))
VIRTUAL := xvfb-run --auto-servernum --server-args="-screen 0 1920x1200x24"
# The rooms below gl and app are tested with PySide6 made unimportable.
CORE := tests/core tests/data tests/analysis tests/training tests/runs tests/projections tests/scene tests/jobs tests/figures

.PHONY: run test lint bench bench-learning bench-compare clean setup setup-test system

run: setup
ifeq ($(strip $(SCREEN)),)
	@echo "There is no screen: the same program now trains its first preset on a virtual one."
	$(VIRTUAL) $(BIN)/latentarium demo --out demo
	@echo "Its pictures and the run lie in $(CURDIR)/demo"
else
	$(BIN)/latentarium
endif

test: setup-test
	PYTHONPATH=tests $(BIN)/python -m pytest -p no:pytest-qt -p no:xvfb -p without_qt $(CORE)
	$(BIN)/python -m pytest --ignore-glob='tests/support/*' $(addprefix --ignore=,$(CORE)) tests

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-test
ifeq ($(strip $(SCREEN)),)
	$(VIRTUAL) $(BIN)/python -m benchmarks
else
	$(BIN)/python -m benchmarks
endif

bench-learning: setup-test $(PEER)/installed
	$(BIN)/python -m benchmarks.learning $(PEER)/bin/python

bench-compare: setup-test
	$(BIN)/python -m benchmarks.compare

# ParaDime pins libraries that have no wheels for today's Python: its own code without its pins, apart.
$(PEER)/installed: | $(BIN)/python
	$(PYTHON) -m venv $(PEER)
	$(PEER)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps paradime
	$(PEER)/bin/python -m pip --disable-pip-version-check --quiet install "numpy<2" "scipy<1.14" "scikit-learn<1.8" \
		torch pynndescent matplotlib cerberus ruamel.yaml packaging
	@touch $@

setup: system $(VENV)/installed
setup-test: system $(VENV)/installed-test

system:
	@sh packaging/system-packages.sh

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Latentarium needs Python 3.11 or newer; please install it and try again." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing Latentarium into $(VENV): a few minutes the first time, most of them for PyTorch."
	$(PIP) install $(addprefix --constraint ,$(CONSTRAINTS)) --editable .
	@touch $@

$(VENV)/installed-test: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing Latentarium and its tests' tools into $(VENV): a few minutes the first time."
	$(PIP) install $(addprefix --constraint ,$(CONSTRAINTS)) --editable '.[test]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) $(PEER) build dist demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
