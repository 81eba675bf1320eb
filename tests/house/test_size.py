"""Modules and functions stay small enough to be read at one sitting."""

from __future__ import annotations

import ast

from tests.house.sources import product_modules, report

MODULE_LINES = 300
FUNCTION_LINES = 60


def test_a_module_has_at_most_300_lines() -> None:
    sizes = [(module.path, len(module.text.splitlines())) for module in product_modules()]
    offences = [f"{path}: {lines} lines" for path, lines in sizes if lines > MODULE_LINES]
    assert not offences, report("Split these by what they are about:", offences)


def test_a_function_has_at_most_60_lines() -> None:
    offences = [
        f"{module.path}:{node.lineno} {node.name}: {lines} lines"
        for module in product_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for lines in [(node.end_lineno or node.lineno) - node.lineno + 1]
        if lines > FUNCTION_LINES
    ]
    assert not offences, report("Give the parts of these names of their own:", offences)


def test_every_product_module_says_what_it_is_for() -> None:
    offences = [
        module.path for module in product_modules() if module.text.strip() and not ast.get_docstring(module.tree)
    ]
    assert not offences, report("Start these with a docstring:", offences)
