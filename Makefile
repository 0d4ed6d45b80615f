# Two commands set everything up: `make demo` and `make test`. Both make a virtual environment in .venv the first time
# and install into it what they need; after that they start at once.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench notebooks page clean

demo: .venv/.core
	@echo "== backpropagation of one neuron, step by step"
	@mkdir -p demo
	@$(BIN)/backglow demo -o demo/neuron.svg -o demo/neuron.html
	@echo
	@echo "== open demo/neuron.html in a browser to see it; now try your own:"
	@echo "   $(BIN)/backglow \"tanh(a*b + c)\" a=2 b=-3 c=6.5 -o demo/mine.svg"

test: .venv/.dev
	@echo "== running the tests, a file at a time on every core (four at most)"
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: .venv/.dev
	@echo "== style and types"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# A few minutes in all; without the options each takes its time. JAX, CasADi and HIPS autograd take part from an
# environment of their own: python -m benchmarks.replay --help
bench: .venv/.dev
	@for what in "eager --rounds 3 --seconds 0.1" "replay --rounds 3 --seconds 0.1" "demo --quick" \
		"tensor --rounds 3 --seconds 0.1" "optim --rounds 3 --seconds 0.05"; do \
		echo "== python -m benchmarks.$$what"; \
		$(BIN)/python -m benchmarks.$$what || exit 1; \
	done

notebooks: .venv/.dev
	@$(BIN)/python notebooks/refresh.py

page: .venv/.dev
	@echo "== the page's script in its small form: viz/page/page.min.js"
	@$(BIN)/python -c "from viz.page.build import build; build()"

clean:
	rm -rf .venv demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@echo "== making a virtual environment in .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "backglow needs Python 3.11 or later; name one: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.core: .venv/bin/python pyproject.toml
	@echo "== installing backglow (numpy, graphviz, rich)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.dev: .venv/bin/python pyproject.toml
	@echo "== installing backglow with what its tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,image]"
	@touch $@ .venv/.core
