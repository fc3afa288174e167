# Every command of the project. `make try` and `make test` need Python 3.11+, git and make, and nothing else.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/python -I -m uv
PYTEST := $(BIN)/python -Im pytest -n logical --dist worksteal
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix vscode-client
PACKAGE := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -I vscode-client/publishing

QUICK := not slow and not fresh and not real and not hooks and not editors and not model and not vscode

.PHONY: help try test test-offline test-slow test-fresh test-hooks test-real test-editors test-model test-vscode vsix pictures publish lint lint-vscode format docs picture results results-model results-words results-hints hints-weights bench bench-compare bench-endpoint bench-lsp lock clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 22

.venv/installed: requirements/run.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Workhorse needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

.venv/developing: .venv/installed requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	touch $@

.venv/vscode: .venv/developing requirements/vscode.txt vscode-client/package-lock.json
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/vscode.txt
	$(NPM) ci
	touch $@

try: .venv/installed  ## run the main job on a copy of a small sample project
	$(BIN)/python -I examples/try.py

test: .venv/developing  ## the tests; a few minutes, no network
	$(PYTEST) -m "$(QUICK)"

test-offline: .venv/developing  ## the tests where there is no network but loopback (Linux)
	unshare --map-root-user --net sh -c 'ip link set lo up && exec $(PYTEST) -m "$(QUICK)"'

test-slow: .venv/developing  ## two hundred kills, every bad answer, ten times the examples of each property
	$(PYTEST) -m "slow or hypothesis" --hypothesis-profile=thorough

test-fresh: .venv/developing  ## a first hour: a bare environment with `pip install .` in it and nothing else on PATH
	$(PYTEST) -n 0 -m fresh

test-hooks: .venv/developing  ## pre-commit, prek, lefthook and husky with our hooks, fetched from the package indexes
	$(PYTEST) -n 0 -m hooks

test-real: .venv/developing  ## whole runs on real projects, fetched from the package index
	$(PYTEST) -n 0 -m real

test-editors: .venv/developing  ## sessions in real Neovim, Emacs and Helix, unpacked from Debian into a cache
	$(BIN)/python -I tests/editors/fetch.py
	$(PYTEST) -n 0 -m editors

test-model: .venv/developing  ## docstrings of a real model, fetched by name (490 MB once); five minutes
	$(PYTEST) -n 0 -m model tests/model

test-vscode: vsix lint-vscode  ## the extension in real VS Code; fetches 620 MB once, needs chromium
	$(PACKAGE) package --target linux-x64
	$(NPM) run build -- --tests
	$(BIN)/python -I tests/vscode/code_server.py
	$(BIN)/python -Im pytest -n 0 -m vscode tests/vscode

.PHONY: extension
extension: .venv/vscode
	rm -rf vscode-client/bundled
	$(BIN)/python -Im hatchling build -t wheel -d vscode-client/bundled
	cp LICENSE vscode-client/LICENSE
	mkdir -p dist
	$(NPM) run build

vsix: extension  ## package the VS Code extension; TARGET=linux-x64 adds what the server needs, to install it offline
	$(PACKAGE) package $(if $(TARGET),--target "$(TARGET)") --repository "$(REPOSITORY)"

pictures: vsix  ## make the pictures of the extension's README from real VS Code, as its tests leave them
	$(BIN)/python -Im pytest -n 0 -m vscode tests/vscode -k "the_first_lands or status_bar"
	mkdir -p vscode-client/media/readme
	cp dist/vscode/of_two_drafts*-1-drafted.png vscode-client/media/readme/drafted.png
	cp dist/vscode/of_two_drafts*-2-diff.png vscode-client/media/readme/review.png
	cp dist/vscode/a_model_is_chosen_from_the_status_bar*-2-picker.png vscode-client/media/readme/models.png

publish: extension  ## package for every platform, check, and publish with VSCE_PAT and OVSX_PAT; DRY_RUN=1 uploads nothing
	$(PACKAGE) publish $(if $(DRY_RUN),--dry-run) --repository "$(REPOSITORY)"

lint-vscode: .venv/vscode  ## types, eslint and prettier of the VS Code extension
	$(NPM) run check
	$(NPM) run lint

lint: .venv/developing  ## ruff, mypy, pyright, import contracts, generated pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python -I docs/make_commands.py --check
	$(BIN)/python -I docs/make_architecture.py --check
	$(BIN)/python -I vscode-client/make_actions.py --check

format: .venv/developing  ## let ruff tidy
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/developing  ## make the pages and the picture that are made from the code
	$(BIN)/python -I docs/make_commands.py
	$(BIN)/python -I docs/make_architecture.py
	$(BIN)/python -I vscode-client/make_actions.py

picture: .venv/developing  ## make the README's picture from a real run
	$(BIN)/python -I docs/make_picture.py > /dev/null

results: .venv/developing  ## make the tables of docs/results.md from real runs; five minutes
	$(BIN)/python -I benchmarks/docstrings

results-model: .venv/developing  ## measure docstrings of real small models, fetched by name (1.7 GB once); an hour or two
	$(BIN)/python -I benchmarks/models

results-words: .venv/developing  ## measure the check of words on the graded docstrings, and write docs/words.md
	$(BIN)/python -I benchmarks/words.py

results-hints: .venv/developing  ## measure the type hints and the bare tools on real projects; half an hour
	$(BIN)/python -I benchmarks/hints

hints-weights: .venv/developing  ## measure what each source of type hints is worth, and write it down; seven minutes
	$(BIN)/python -I benchmarks/hints --weights

bench: .venv/developing  ## measure what a job and an audit cost
	$(BIN)/python -I benchmarks/pipeline.py
	$(BIN)/python -I benchmarks/audit.py

bench-compare: .venv/developing  ## compare this checkout with an earlier revision: make bench-compare REV=main
	$(BIN)/python -I benchmarks/compare.py $(REV)

bench-endpoint: .venv/developing  ## measure what a question to a model server costs
	$(BIN)/python -I benchmarks/endpoint.py

bench-lsp: .venv/developing  ## measure the language server beside its peers
	$(BIN)/python -I benchmarks/lsp

lock: .venv/installed  ## lock the dependencies again (hashes, no index named)
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml requirements/build.in -o requirements/run.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml requirements/build.in --group dev -o requirements/dev.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --group vscode -c requirements/dev.txt -o requirements/vscode.txt

clean:  ## remove the environment and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist vscode-client/node_modules vscode-client/dist vscode-client/out vscode-client/bundled
