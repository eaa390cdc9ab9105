"""The examples of the contract, some of which are made of others."""

from __future__ import annotations

from collections.abc import Iterator

import yaml
from contract_pieces import Entry, indented


class Examples:
    """The examples, some of which are made of others: `{$value: Name}` stands for the value of another."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self.entries = entries
        self.taken: set[str] = set()

    def lines(self, entry: Entry) -> list[str]:
        """`name: {summary, value}`, from the first column."""
        members = entry.members()
        if set(members) != {"summary", "value"}:
            entry.fail(f"the example “{entry.name}” has a `summary` and a `value`, and nothing else")
        return [f"{entry.name}:", *indented([*members["summary"].lines, *self._filled(members["value"], ())], 2)]

    def _filled(self, entry: Entry, within: tuple[str, ...]) -> list[str]:
        """`value: …`, where what is taken from others stands in its place."""
        if taken_name(entry.node):
            entry.fail("the whole value is that of another example: name that one instead")
        begin, lines, shift = entry.key.start_mark, entry.lines, 0
        for node, is_item in sorted(takes(entry.node), key=lambda found: found[0].start_mark.line):
            row, name = node.start_mark.line - begin.line + shift, node.value[0][1].value
            if name in within or name not in self.entries:
                entry.piece.fail(node, f"`$value: {name}`: no example has this name, or it is inside itself")
            self.taken.add(name)
            filled = self._filled(self.entries[name].need("value"), (*within, name))
            head, rest = lines[row][: node.start_mark.column - begin.column].rstrip(), node.end_mark
            if not head.endswith((":", "-")) or entry.piece.source[rest.line][rest.column :].strip():
                entry.piece.fail(node, "`{$value: …}` is alone after a name or a dash")
            put = self._put(head, filled, is_item)
            lines[row : row + 1] = put
            shift += len(put) - 1
        return lines

    @staticmethod
    def _put(head: str, filled: list[str], is_item: bool) -> list[str]:
        """What is taken, after `name:` or `-`; `filled` begins with `value:`."""
        inside = [line[2:] for line in filled[1:]]
        margin = len(head) - len(head.lstrip(" " if is_item else " -")) + 2
        if filled[0] != "value:":
            return [head + filled[0].removeprefix("value:"), *indented(inside, margin)]
        if is_item:
            return [f"{head} {inside[0]}", *indented(inside[1:], margin)]
        return [head, *indented(inside, margin)]


def takes(node: yaml.Node) -> Iterator[tuple[yaml.Node, bool]]:
    """Each `{$value: Name}` inside, and whether it is an item of a list."""
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            if taken_name(value):
                yield value, False
            else:
                yield from takes(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            if taken_name(item):
                yield item, True
            else:
                yield from takes(item)


def taken_name(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and [key.value for key, _ in node.value] == ["$value"]
