"""The allowed subset of Jinja2, whose cost is bounded by the length of the template.

Everything else is refused: no arithmetic, no calls, no loops except one over the
closest artworks. So rendering an accepted template ends soon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import nodes

from models.enrichment.words import TemplateError

FILTERS = "capitalize default first join last length lower round stop trim upper".split()
TESTS = "defined eq even equalto ge gt in le lt ne none odd string undefined".split()

_MAX_NODES, _DEEPEST = 2_000, 40
_MAX_NUMBER, _MAX_PRECISION, _MAX_ARGUMENT = 1_000_000, 10, 100
_LOOPED = "closest"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign),
    *(nodes.Name, nodes.Const, nodes.TemplateData, nodes.List, nodes.Tuple, nodes.Keyword),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.CondExpr),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Concat),
    nodes.Add,
)
_REACHES_OUT = (nodes.Call, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_ARITHMETIC = (nodes.BinExpr, nodes.UnaryExpr)


def refuse_unbounded(tree: nodes.Template, file: str) -> None:
    """Raise TemplateError, naming file and line, for anything outside the allowed subset.

    The tree is as parsed, not compiled.
    """
    for count, (node, depth, in_loop) in enumerate(_walk(tree)):
        for problem in _problems_of(node, count, depth, in_loop=in_loop):
            raise TemplateError(f"{file}, line {node.lineno or 1}: {problem}")


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int, bool]]:
    """Yield every node with its depth and whether it is within a loop, without recursion."""
    waiting: list[tuple[nodes.Node, int, bool]] = [(tree, 0, False)]
    while waiting:
        node, depth, in_loop = waiting.pop()
        yield node, depth, in_loop
        below = in_loop or isinstance(node, nodes.For)
        waiting += [(child, depth + 1, below) for child in node.iter_child_nodes()]


def _problems_of(node: nodes.Node, count: int, depth: int, *, in_loop: bool) -> Iterator[str]:
    if count >= _MAX_NODES:
        yield f"it has more than {_MAX_NODES:,} parts, too many for a sentence"
    if depth > _DEEPEST:
        yield f"it is nested more than {_DEEPEST} levels deep"
    if isinstance(node, _REACHES_OUT):
        yield "a template cannot call or include anything"
    calculates = isinstance(node, _ARITHMETIC) and not isinstance(node, _ALLOWED)
    if calculates or (isinstance(node, nodes.Neg) and not isinstance(node.node, nodes.Const)):
        yield "a template cannot multiply, calculate or format"
    if not isinstance(node, _ALLOWED):
        yield f"a template cannot use {type(node).__name__}: it is not allowed in a description"
    if in_loop and isinstance(node, nodes.For):
        yield "loops cannot be nested"
    if isinstance(node, nodes.For) and (
        node.recursive or not _is_closest(node.iter) or not isinstance(node.target, nodes.Name)
    ):
        yield f"a loop can only go through {_LOOPED}: {{% for work in {_LOOPED} %}}"
    if isinstance(node, nodes.List | nodes.Tuple) and not all(map(_is_constant, node.items)):
        yield "a list in a template can only contain texts and numbers"
    if rule := _RULES.get(type(node)):
        yield from rule(node)


def _problems_of_filter(node: nodes.Filter | nodes.Test) -> Iterator[str]:
    kind, known = ("test", TESTS) if isinstance(node, nodes.Test) else ("filter", FILTERS)
    if node.name not in known:
        yield f"No {kind} named {node.name[:40]!r}: there are {', '.join(known)}"
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        yield f"the arguments of {node.name} must be written out"
    if node.name == "join" and not _is_closest(node.node):
        yield f"join can only be used with {_LOOPED}"
    if isinstance(node, nodes.Test) or node.name == "default":
        return  # they choose between values, and create none
    for argument in (*node.args, *(keyword.value for keyword in node.kwargs)):
        if not isinstance(argument, nodes.Const):
            yield f"the arguments of {node.name} must be texts or numbers"
            return
        value = argument.value
        if isinstance(value, str) and len(value) > _MAX_ARGUMENT:
            yield f"an argument of {node.name} has more than {_MAX_ARGUMENT} characters"
        if isinstance(value, int | float) and abs(value) > _MAX_PRECISION:
            yield f"an argument of {node.name} is larger than {_MAX_PRECISION}"


def _problems_of_constant(node: nodes.Const | nodes.TemplateData) -> Iterator[str]:
    value = node.data if isinstance(node, nodes.TemplateData) else node.value
    if isinstance(value, str) and (found := _UNPRINTABLE.search(value)):
        yield f"it contains an unprintable character, U+{ord(found[0]):04X}"
    if isinstance(value, int | float) and not abs(value) <= _MAX_NUMBER:
        yield f"a number is larger than {_MAX_NUMBER:,}"


def _problems_of_assignment(node: nodes.Assign) -> Iterator[str]:
    """Yield assignments that could double a text repeatedly."""
    if not isinstance(node.target, nodes.Name):
        yield "{% set %} takes one name"
    elif node.target.name == _LOOPED:  # otherwise a loop could iterate over anything
        yield f"{{% set %}} cannot replace {_LOOPED}"
    if any(isinstance(inside, nodes.Concat | nodes.Add) for inside, *_ in _walk(node.node)):
        yield "{% set %} can choose between texts, not put them together"


def _problems_of_part(node: nodes.Getattr | nodes.Getitem) -> Iterator[str]:
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield f"the attribute {node.attr[:40]!r} is unsafe"
    if isinstance(node, nodes.Getitem) and not _is_constant(node.arg):
        yield "a template can only take parts by a number or a name, such as closest[0]"


_RULES: Mapping[type[nodes.Node], Callable[[Any], Iterator[str]]] = {
    nodes.Filter: _problems_of_filter,
    nodes.Test: _problems_of_filter,
    nodes.Const: _problems_of_constant,
    nodes.TemplateData: _problems_of_constant,
    nodes.Assign: _problems_of_assignment,
    nodes.Getattr: _problems_of_part,
    nodes.Getitem: _problems_of_part,
}


def _is_closest(node: nodes.Node | None) -> bool:
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
        node = node.node
    return isinstance(node, nodes.Name) and node.name == _LOOPED


def _is_constant(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Slice):
        return all(map(_is_constant, node.iter_child_nodes()))
    return isinstance(node.node if isinstance(node, nodes.Neg) else node, nodes.Const)
