"""The contract on doors, for import-linter: an import from another room names a package."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import grimp
from importlinter import Contract, ContractCheck, output


def exported_by(package: str) -> list[str]:
    """The names that a package's door exports."""
    return list(getattr(import_module(package), "__all__", ()))


class DoorsContract(Contract):
    """The modules of a room are imported from inside that room alone.

    A room is a package directly below ``moderation``. Other rooms import the room itself or a
    package inside it, whose ``__init__`` is its door. A door may export a module whole.
    """

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Find the imports that pass a door by."""
        del verbose
        passed = [
            (importer, imported)
            for imported in sorted(graph.modules)
            if imported.count(".") > 1 and not graph.find_children(imported)
            if imported.rpartition(".")[2] not in exported_by(imported.rpartition(".")[0])
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if importer.split(".")[1:2] != imported.split(".")[1:2]
        ]
        return ContractCheck(kept=not passed, metadata={"passed": passed})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import that passes a door by."""
        passed: Any = check.metadata["passed"]
        for importer, imported in passed:
            output.print_error(f"{importer} imports {imported}, not its package", bold=False)
