PYTHON ?= python3
VENV ?= .venv
PIP = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: serve test test-services lint comunica clean

serve: $(VENV)/serve.done
	$(VENV)/bin/defkg serve

test: $(VENV)/test.done lint
	$(VENV)/bin/python -m pytest -m "not services and not alone" --numprocesses 2
	$(VENV)/bin/python -m pytest -m "alone and not services"

test-services: $(VENV)/test.done $(VENV)/comunica.done
	$(VENV)/bin/python -m pytest -m services

lint: $(VENV)/test.done
	$(VENV)/bin/ruff check src tests benchmarks
	$(VENV)/bin/ruff format --check src tests benchmarks
	$(VENV)/bin/mypy

$(VENV)/serve.done: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one with make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/test.done: $(VENV)/serve.done
	$(PIP) --editable '.[dev]'
	touch $@

comunica: $(VENV)/comunica.done

$(VENV)/comunica.done: $(VENV)/serve.done
	@command -v npm >/dev/null || echo "npm is not here (apt-get install nodejs npm): tests with Comunica are skipped"
	! command -v npm >/dev/null || npm install --prefix $(VENV)/comunica --ignore-scripts --no-audit --no-fund --no-save --silent @comunica/query-sparql@4.5.0
	touch $@

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache
