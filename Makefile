PYTHON ?= python3
VENV ?= .venv
PIP = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

AGAIN = --reruns 1 -r fER  # and names each test that failed once

SOAK = --kill 7 --reload 45  # further flags: make soak SOAK="--store graph --seconds 60"

.PHONY: serve test test-services lint comunica peers validators bench bench-large soak clean

serve: $(VENV)/serve.done
	$(VENV)/bin/defkg serve

test: $(VENV)/test.done lint
	$(VENV)/bin/python -m pytest -m "not services and not alone" --numprocesses 2 $(AGAIN)
	$(VENV)/bin/python -m pytest -m "alone and not services" $(AGAIN)

test-services: $(VENV)/test.done $(VENV)/comunica.done $(VENV)/validators.done
	$(VENV)/bin/python -m pytest -m services $(AGAIN)

lint: $(VENV)/test.done
	$(VENV)/bin/ruff check src tests tools benchmarks
	$(VENV)/bin/ruff format --check src tests tools benchmarks
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

peers: $(VENV)/peers.done

$(VENV)/peers.done: benchmarks/peers.txt constraints.txt $(VENV)/serve.done
	$(VENV)/bin/python -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement benchmarks/peers.txt
	@for program in wrk virtuoso-t; do command -v $$program >/dev/null || echo "$$program is not here (apt-get install wrk virtuoso-opensource)"; done
	touch $@

validators: $(VENV)/validators.done

$(VENV)/validators.done: tests/validators.txt tests/validators.constraints.txt $(VENV)/serve.done
	$(VENV)/bin/python -m venv $(VENV)/validators
	$(VENV)/validators/bin/python -m pip install --quiet --disable-pip-version-check --constraint tests/validators.constraints.txt --requirement tests/validators.txt
	touch $@

bench: $(VENV)/test.done $(VENV)/peers.done $(VENV)/comunica.done
	$(VENV)/bin/python -m benchmarks.speed --triples 20000 --seconds 2 --rounds 1 --output $(VENV)/bench
	$(VENV)/bin/python -m benchmarks.report $(VENV)/bench

bench-large: $(VENV)/test.done $(VENV)/peers.done $(VENV)/comunica.done
	$(VENV)/bin/python -m benchmarks.speed --data $(VENV)/graphs/100k --engines defkg,stored,oxigraph,virtuoso,endpoint
	$(VENV)/bin/python -m benchmarks.speed --data $(VENV)/graphs/1m --triples 1000000 --engines defkg,stored,oxigraph,virtuoso
	$(VENV)/bin/python -m benchmarks.speed --data $(VENV)/graphs/10m --triples 10000000 --engines stored,oxigraph,virtuoso --longest 10 --connections 8,32
	$(VENV)/bin/python -m benchmarks.report
	$(VENV)/bin/python -m benchmarks.replicas

soak: $(VENV)/test.done
	$(VENV)/bin/python -m benchmarks.soak --output $(VENV)/soak.json $(SOAK)

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache
