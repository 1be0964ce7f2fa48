"""Every text of an error that the code can show to a user, read from the code itself.

A text is a pattern: `…` stands for what is known only when it happens. Read are the errors of the tree in errors.py,
the Python errors of the SDK and the provider that have a text of their own, and the refusals of the rules and
preflights, which are functions that return a reason or None.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workbench.environment import ROOT

from alicloud_snapshot_provider import errors

ROOMS = (ROOT / "provider", ROOT / "sdk")
GAP = "…"
SHORTEST = 12
"""Characters that a pattern must have to say something by itself."""

_ERRORS = frozenset(name for name in vars(errors) if isinstance(getattr(errors, name), type))
_TEXT_FIRST = frozenset(
    {"ValueError", "LookupError", "RuntimeError", "RunError", "DeclarationError", "TooOld", "Answer"}
)
_TELLING = ("_note", "_warning")
"""How the functions end that return one note or warning; those that return several are known by their type."""
_TELLS = frozenset({"tell", "warn"})
"""The calls that tell the user something beside a result."""
_SCREENS = "/cli/"
"""Where lists of texts are what a command prints, not notes."""
_REASONS = "failures"
"""How the code names a mapping from properties to why they cannot work."""


@dataclass(frozen=True, slots=True, order=True)
class ErrorText:
    """One pattern, where it is in the code, and the remedy that follows it there."""

    file: str
    line: int
    text: str
    error: str
    remedy: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@cache
def error_texts() -> Sequence[ErrorText]:
    """Return every error text of the code, in the order of the files."""
    files = (file for room in ROOMS for file in room.rglob("*.py"))
    return sorted({text for file in files for text in _Module(file).texts()})


def texts_of_function(file: Path, name: str) -> list[str]:
    """Return the texts that a function of a file, and those of the same file that it calls, can return."""
    module = _Module(file)
    return [text.text for text in module.texts_in(module.reached(name))]


class _Module:
    """The error texts of one file."""

    def __init__(self, file: Path) -> None:
        self._file = str(file.relative_to(ROOT))
        self._tree = ast.parse(file.read_text(encoding="utf-8"))
        self._functions = [node for node in ast.walk(self._tree) if isinstance(node, _FUNCTION)]

    def texts(self) -> Iterator[ErrorText]:
        for call, function in self._calls(self._tree, None):
            yield from self._of_call(call, function)
        for function in self._functions:
            yield from self._of_refusal(function)

    def texts_in(self, names: Sequence[str]) -> list[ErrorText]:
        """Return the texts of the functions with these names, without repetitions."""
        functions = [function for name in names for function in self._functions if function.name == name]
        return list(dict.fromkeys(text for function in functions for text in self._of_refusal(function)))

    def reached(self, name: str) -> list[str]:
        """Return the name of a function and of those of this file that it calls, directly or not."""
        names = [name]
        for each in names:  # it grows meanwhile
            own = [function for function in self._functions if function.name == each]
            called = {_called(node) for function in own for node in ast.walk(function) if isinstance(node, ast.Call)}
            names += sorted(called & {function.name for function in self._functions} - set(names))
        return names

    def _of_call(self, call: ast.Call, function: _Function | None) -> Iterator[ErrorText]:
        name = _called(call)
        if name in _ERRORS or name in _TEXT_FIRST:
            position = 1 if name == "InvalidInput" else 0
            remedies = self._given(call, "remedy", None, function)
            for node in _argument(call, "problem", position):
                for line, text in self._patterns(node, function):
                    yield from self._told(line, text, name, next(iter(remedies), ""))
        for node in _refused_by(call):
            for line, text in self._patterns(node, function):
                yield from self._told(line, text, "refusal")

    def _of_refusal(self, function: _Function) -> Iterator[ErrorText]:
        for node in ast.walk(function):
            for reason in _reasons(node, function):
                for line, text in self._patterns(reason, function):
                    yield from self._told(line, text, "refusal")
            for note in _notes(node, function, lists=_SCREENS not in self._file):
                for line, text in self._patterns(note, function):
                    yield from self._told(line, text, "note")

    def _told(self, line: int, text: str, error: str, remedy: str = "") -> Iterator[ErrorText]:
        if len(text.replace(GAP, "").strip()) >= SHORTEST and " " in text.strip():
            yield ErrorText(self._file, line, text, error, remedy)

    def _given(self, call: ast.Call, name: str, position: int | None, function: _Function | None) -> list[str]:
        return [text for node in _argument(call, name, position) for _line, text in self._patterns(node, function)]

    def _patterns(  # noqa: PLR0911  (a return for each shape)
        self, node: ast.expr, function: _Function | None
    ) -> list[tuple[int, str]]:
        """Return the patterns that an expression can amount to, each with its line."""
        match node:
            case ast.Constant(value=str(text)):
                return [(node.lineno, _folded(text))]
            case ast.JoinedStr(values=parts):
                return [(node.lineno, _folded("".join(self._part(part, function) for part in parts)))]
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                heads, tails = self._patterns(left, function), self._patterns(right, function)
                return [(line, head + tail) for line, head in heads for _line, tail in tails]
            case ast.IfExp(body=body, orelse=orelse):
                return self._patterns(body, function) + self._patterns(orelse, function)
            case ast.Name(id=name) if function is not None:
                return self._of_name(name, function)
            case ast.Call(func=ast.Name(id=name)) if name != getattr(function, "name", name):
                return self._of_function(name) or [(node.lineno, GAP)]
        return [(node.lineno, GAP)]

    def _part(self, part: ast.expr, function: _Function | None) -> str:
        """Return one part of an f-string: its words, those of the one text that a variable has, else a gap."""
        match part:
            case ast.Constant(value=str(words)):
                return words
            case ast.FormattedValue(value=ast.Name(id=name)) if function is not None:
                values = _assigned(function, name)
                if len(values) == 1 and isinstance(values[0], ast.JoinedStr):
                    return self._patterns(values[0], function)[0][1]
        return GAP

    def _of_name(self, name: str, function: _Function) -> list[tuple[int, str]]:
        """Return what a variable was assigned, or what a parameter is given by the calls in this file."""
        parameters = [argument.arg for argument in function.args.args]
        if name in parameters:
            position = parameters.index(name) - (parameters[0] in {"self", "cls"})
            calls = [each for each in self._calls(self._tree, None) if _called(each[0]) == function.name]
            given = [(node, caller) for call, caller in calls for node in _argument(call, name, position)]
            return [found for node, caller in given for found in self._patterns(node, caller)]
        return [found for value in _assigned(function, name) for found in self._patterns(value, function)]

    def _of_function(self, name: str) -> list[tuple[int, str]]:
        """Return what a function of this file returns."""
        return [
            found
            for function in self._functions
            if function.name == name
            for node in ast.walk(function)
            if isinstance(node, ast.Return) and node.value is not None
            for found in self._patterns(node.value, function)
        ]

    def _calls(self, node: ast.AST, function: _Function | None) -> Iterator[tuple[ast.Call, _Function | None]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield child, function
            yield from self._calls(child, child if isinstance(child, _FUNCTION) else function)


_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _notes(node: ast.AST, function: _Function, *, lists: bool) -> list[ast.expr]:  # noqa: PLR0911  (a return for each shape)
    """Return what one statement of a function tells the user beside a result: warnings, drift, what stays.

    `lists`: whether a list of texts is one of notes.
    """
    if isinstance(node, ast.Call) and _called(node).lstrip("_") in _TELLS:
        return node.args
    several = lists and _returns(function) == "list[str]"
    match node:
        case ast.Return(value=ast.JoinedStr() as note) if function.name.endswith(_TELLING):
            return [note]
        case _ if not several or "facts" in function.name:
            return []
        case ast.Return(value=ast.List(elts=notes)) | ast.AugAssign(value=ast.List(elts=notes)):
            return notes
        case ast.Return(value=ast.ListComp(elt=note)) | ast.AugAssign(value=ast.ListComp(elt=note)):
            return [note]
        case ast.Call(func=ast.Attribute(attr="append"), args=[note]):
            return [note]
    return []


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _refused_by(call: ast.Call) -> list[ast.expr]:
    """Return the reasons that a call sets: `failures.setdefault(name, reason)`, `Checked(inputs, {name: reason})`."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="setdefault"), args=[_, reason]):
            return [reason] if owner == _REASONS else []
        case ast.Call(func=ast.Name(id="Checked"), args=[_, ast.Dict(values=reasons), *_]):
            return reasons
    return []


def _reasons(node: ast.AST, function: _Function) -> list[ast.expr]:  # noqa: PLR0911  (a return for each shape)
    """Return the reasons that one statement of a function gives."""
    returns = _returns(function)
    match node:
        case ast.Return(value=ast.expr() as reason) if returns == "str | None":
            return [reason]
        case ast.Return(value=ast.List(elts=reasons)) if "violations" in function.name:
            return reasons
        case ast.Return(value=ast.Dict(values=reasons)) if returns == "dict[str, str]":
            return reasons
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=owner))], value=reason) if owner == _REASONS:
            return [reason]
        case ast.Assign(targets=[ast.Name(id=owner)], value=ast.Dict(values=reasons)) if owner == _REASONS:
            return reasons
        case ast.Assign(targets=[ast.Name(id=owner)], value=ast.DictComp(value=reason)) if owner == _REASONS:
            return [reason]
    return []


@cache
def _returns(function: _Function) -> str:
    return ast.unparse(function.returns) if function.returns else ""


def _argument(call: ast.Call, name: str, position: int | None) -> list[ast.expr]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    placed = call.args[position : position + 1] if position is not None else []
    return named or placed


def _assigned(function: _Function, name: str) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
    ]


def _folded(text: str) -> str:
    """Return the text on one line."""
    return " ".join(text.split(" ")).replace("\n", " ")
