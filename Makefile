# Every target sets itself up: it needs Python >= 3.11 and make. Once installed, all of them work offline.
.DEFAULT_GOAL := help
.PHONY: help install hooks run quick test ci coverage check bench soak screenshots format lock

# Without compiled files pytest would compile every test again in every run.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

VENV := .venv
BIN := $(VENV)/bin
# A stamp is newer than all it was made from, or the install runs again.
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
FIND_PYTHON = for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$name; break; }; done
INSTALL = $(BIN)/python -m pip install --quiet
# Half of the time the whole suite waits for a browser or another process: two workers for each core.
WORKERS := $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))

help:
	@echo 'make run      start the demonstration in the browser'
	@echo 'make quick    run the tests that need no socket, browser or PostgreSQL (under a minute)'
	@echo 'make test     run the tests'
	@echo 'make ci       run the tests as every change is tested: few random examples, and what is not reached'
	@echo 'make coverage run the quick tests and print what they do not reach'
	@echo 'make check    format, lint, types, company packs, schemas'
	@echo 'make bench    measure speed and memory'
	@echo 'make soak     run the long tests'
	@echo 'make screenshots  draw the pictures of the documentation anew'
	@echo 'make format   format the source'
	@echo 'make hooks    run make check before every commit'
	@echo 'make lock     write the lock files anew (needs a network)'

install: $(RUNTIME)

hooks: $(DEV)
	@$(BIN)/pre-commit install

run: $(RUNTIME)
	@$(BIN)/handover demo

quick: $(DEV)
	$(BIN)/python -m pytest --quick -n auto --dist worksteal -q

test: $(DEV)
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist worksteal

# One run of all: while a browser or another process is waited for, a quick test runs. Only those are traced.
ci: $(DEV)
	$(BIN)/python -m pytest -m "not slow" --hypothesis-profile=quick -n $(WORKERS) --dist worksteal -q --cov --cov-report=term

coverage: $(DEV)
	$(BIN)/python -m pytest --quick -n auto --dist worksteal -q --cov --cov-report=term

check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/handover check templates/companies/*/
	$(BIN)/handover schema --check

bench: $(DEV)
	$(BIN)/python -m tests.bench

soak: $(DEV)
	$(BIN)/python -m pytest -m slow

screenshots: $(DEV)
	$(BIN)/python -m tests.browser.screenshots

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --no-emit-index-url --no-header --quiet -o requirements.lock
	uv pip compile pyproject.toml --group build --extra dev --constraint requirements.lock --universal --python-version 3.11 --no-emit-index-url --no-header --quiet -o requirements-dev.lock

$(BIN)/python:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
		echo 'Handover needs Python 3.11 or newer; none of python3.13, python3.12, python3.11, python3 is. Install one and run make again.' >&2; \
		echo 'Нужен Python 3.11 или новее: ни один из python3.13, python3.12, python3.11, python3 не подходит. Установите его и повторите make.' >&2; \
		exit 1; \
	fi; \
	echo "Creating $(VENV) with $$python"; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'This Python cannot create virtual environments; on Debian and Ubuntu install the package python3-venv and run make again.' >&2; \
		echo 'Этот Python не создаёт виртуальные окружения: в Debian и Ubuntu установите пакет python3-venv и повторите make.' >&2; \
		exit 1; }

# The build tool is locked too and already installed, hence no build isolation.
$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo 'Installing Handover (the first time takes a minute)'
	@$(INSTALL) -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml $(RUNTIME) | $(BIN)/python
	@echo 'Installing the tools for tests and checks'
	@$(INSTALL) -r requirements-dev.lock
	@touch $@
