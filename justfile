# Tasks of development: `just` lists them. They run in the environment that is active; see CONTRIBUTING.md.

# List the tasks.
default:
    @just --list

# Check style, format, spelling, and which room imports which.
lint:
    ruff check .
    ruff format --check .
    typos
    lint-imports

# Check the types of the package strictly, and those of tests and benchmarks leniently.
types:
    mypy

# Run the tests; arguments go to pytest, as in `just test tests/rows`.
test *arguments:
    pytest {{ arguments }}

# Run the tests on two processes and fail if too few lines are covered.
coverage:
    pytest -n 2 --cov

# Build the site in build/docs; a warning is an error. The tests build it, too.
docs:
    sphinx-build -W --keep-going -q -c docs . build/docs

# Write the reference of commands and the outputs of all pages anew; read the difference before you commit it.
pages:
    python docs/tools/command_reference.py
    python docs/tools/page_examples.py --write README.md $(grep -lE '^```console|^<!-- output of' docs/*.md)

# Everything that has to pass before a merge.
check: lint types coverage

# Run one benchmark, or list them: `just bench separation --only html`.
bench name="" *arguments:
    @if [ -n "{{ name }}" ]; then python -m benchmarks.{{ name }} {{ arguments }}; else ls benchmarks; fi

# Resolve the constraints anew for every Python and system; `just lock --upgrade` takes newer versions.
lock *arguments:
    uv pip compile -q --universal --python-version 3.11 --extra test pyproject.toml constraints/tools.in -o constraints/development.txt {{ arguments }}
    uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra serve pyproject.toml -o constraints/service.txt {{ arguments }}

# Build the sdist and the wheel in dist/ from a clean tree, and run the sdist's tests in an environment of its own.
release:
    .ci/release
