"""The pieces of the contract: YAML whose texts are taken as their author wrote them.

A text goes into the bundle with its own line breaks, quotation marks and comments; only its indentation moves. PyYAML says
where each text begins and ends.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

MOST_LINES = 400
# The parser in C is there in most builds of PyYAML, and says the same.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What a piece may hold. Each kind has a name in OpenAPI, whose `components` has all but the paths.
KINDS = ("securitySchemes", "parameters", "headers", "requestBodies", "responses", "links", "schemas", "examples")
FRONT = ("openapi", "info", "servers", "tags")


@dataclass(frozen=True)
class Entry:
    """A named value, with the piece that it stands in."""

    piece: Piece
    key: yaml.Node
    node: yaml.Node

    @property
    def name(self) -> str:
        return str(self.key.value)

    @property
    def value(self) -> Any:
        return yaml.SafeLoader("").construct_document(self.node)

    @property
    def lines(self) -> list[str]:
        """`name: value`, from the first column."""
        return self.piece.text(self.key, self.node)

    def members(self) -> dict[str, Entry]:
        return self.piece.members(self.node, f"“{self.name}”")

    def need(self, name: str) -> Entry:
        return self.members().get(name) or self.fail(f"“{self.name}” lacks `{name}`")

    def names(self) -> list[str]:
        """The names in a list."""
        if not isinstance(self.node, yaml.SequenceNode) or any(not isinstance(name, str) for name in self.value):
            self.fail(f"“{self.name}” is a list of names: write `{self.name}: [One, Other]`")
        return list(self.value)

    def named(self) -> dict[str, str | None]:
        """The names that its members have for values; null takes away what is derived."""
        values = {name: member.value for name, member in self.members().items()}
        if any(not isinstance(value, (str, type(None))) for value in values.values()):
            self.fail(f"the members of “{self.name}” have names for values: write `{self.name}: {{one: Name}}`")
        return values

    def fail(self, words: str) -> NoReturn:
        self.piece.fail(self.key, words)


class Piece:
    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8")
        self.source = text.splitlines()
        if len(self.source) >= MOST_LINES:
            fail(f"{path}: {len(self.source)} lines; a piece has fewer than {MOST_LINES}: split it by what it is about")
        try:
            root = yaml.compose(text, Loader=LOADER)
        except yaml.YAMLError as error:
            fail(f"{path}: this is not YAML: {error}")
        if root is None:
            fail(f"{path}: the piece is empty; delete it")
        self._refuse_doubles(root)
        self.sections = self.members(root, "the piece")
        for section in self.sections.values():
            if section.name not in (*FRONT, "paths", *KINDS):
                section.fail(f"“{section.name}” is no part of a contract; a piece holds {', '.join(('paths', *KINDS))}")

    def fail(self, node: yaml.Node, words: str) -> NoReturn:
        fail(f"{self.path}:{node.start_mark.line + 1}: {words}")

    def members(self, node: yaml.Node, what: str) -> dict[str, Entry]:
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, f"{what} has members: write `name: value`")
        return {str(key.value): Entry(self, key, value) for key, value in node.value}

    def text(self, first: yaml.Node, last: yaml.Node) -> list[str]:
        """The lines from the beginning of one node to the end of another, from the first column."""
        begin, (end_line, end_column) = first.start_mark, end(last)
        lines = self.source[begin.line : end_line + 1]
        lines[-1] = lines[-1][:end_column]
        return [lines[0][begin.column :]] + [self._shifted(line, begin.column) for line in lines[1:]]

    def _shifted(self, line: str, columns: int) -> str:
        # What continues a value may stand further to the left than its beginning, where that is inside a line.
        return line[min(columns, len(line) - len(line.lstrip())) :]

    def _refuse_doubles(self, node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                if key.value in seen:
                    self.fail(key, f"“{key.value}” is written twice; keep one")
                seen.add(key.value)
                self._refuse_doubles(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._refuse_doubles(item)


def end(node: yaml.Node) -> tuple[int, int]:
    """Where a value ends. The mark of a block is where the next one begins, after blank lines and comments."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return (mark.line, mark.column) if mark.column > 0 else (mark.line - 1, sys.maxsize)


def indented(lines: list[str], columns: int) -> list[str]:
    return [" " * columns + line if line else line for line in lines]


def references(node: Any) -> Iterator[str]:
    """What a part of the document refers to."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def fail(words: str) -> NoReturn:
    sys.exit(words)
