"""Writes openapi.yaml from the pieces in contract/, or says how it differs from them.

Usage: bundle_contract.py [--check] [FOLDER [DOCUMENT]]

contract/README.md tells what a piece holds; contract_nature.py, what no piece has to say.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from contract_examples import Examples
from contract_nature import METHODS, ON_EVERY_PATH, Answer, Operation
from contract_order import ordered
from contract_pieces import FRONT, KINDS, LOADER, Entry, Piece, fail, indented, references

HEAD = [
    "# Made from the pieces in contract/ by `make contract`: change those, not this file. contract/README.md says how.",
]
NEEDED = ("operationId", "summary", "description", "x-permission", "responses")
ALLOWED = (*NEEDED, "parameters", "requestBody", "validator", "deprecated")


@dataclass
class Named:
    """An operation with its entry and what it answers."""

    entry: Entry
    tag: str
    nature: Operation
    members: dict[str, Entry]
    answers: dict[str, str]


class Bundle:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.front: dict[str, Entry] = {}
        self.components: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
        self.paths: dict[str, tuple[Piece, Entry]] = {}
        pieces = [Piece(path) for path in sorted(folder.rglob("*.yaml"))]
        for piece in pieces:
            for section in piece.sections.values():
                self.gather(piece, section)
        for part in FRONT:
            if part not in self.front:
                fail(f"{folder}: no piece has `{part}`")
        self.tags = [Entry(tags.piece, item, item) for tags in [self.front["tags"]] for item in tags.node.value]
        self.examples = Examples(self.components["examples"])
        self.answers = {name: Answer(list(self.contents(entry))) for name, entry in self.components["responses"].items()}
        self.operations = {path: self.read_path(*found) for path, found in ordered(folder, self.tags, self.paths)}

    def gather(self, piece: Piece, section: Entry) -> None:
        if section.name in FRONT:
            self.put(self.front, section)
            return
        for entry in section.members().values():
            if section.name == "paths":
                if entry.name in self.paths:
                    entry.fail(f"{entry.name} is also in {self.paths[entry.name][0].path}; keep one path in one piece")
                self.paths[entry.name] = (piece, entry)
            else:
                self.put(self.components[section.name], entry)

    @staticmethod
    def put(entries: dict[str, Entry], entry: Entry) -> None:
        if entry.name in entries:
            entry.fail(f"“{entry.name}” is also in {entries[entry.name].piece.path}; one of them needs another name")
        entries[entry.name] = entry

    # --- Paths ---------------------------------------------------------------------------------------------------------

    def read_path(self, piece: Piece, entry: Entry) -> list[Named]:
        tag = next(tag.value["name"] for tag in self.tags if tag.value["name"].lower() == piece.path.parent.name)
        methods = [member for name, member in entry.members().items() if name != "parameters"]
        return [self.read_operation(entry.name, tag, member) for member in methods]

    def read_operation(self, path: str, tag: str, entry: Entry) -> Named:
        if entry.name not in METHODS:
            entry.fail(f"“{entry.name}” is neither `parameters` nor one of {', '.join(METHODS)}")
        members = entry.members()
        for name, member in members.items():
            if name not in ALLOWED:
                member.fail(f"“{name}” is not written in an operation, which has {', '.join(ALLOWED)}; the rest is derived")
        for name in NEEDED:
            entry.need(name)
        if "validator" in members and members["validator"].value != "none":
            members["validator"].fail("there is a validator unless you write `validator: none`")
        declared = members["responses"].named()
        own = members["parameters"].names() if "parameters" in members else []
        nature = Operation(
            entry.name, path, members["x-permission"].value, "requestBody" in members, "validator" not in members,
            frozenset(declared), tuple(own))
        derived = nature.answers()
        for status, answer in declared.items():
            if answer is not None and derived.get(status) == answer:
                members["responses"].fail(f"{status}: {answer} is derived; do not write it")
            if answer is None and status not in derived:
                members["responses"].fail(f"{status} is not derived; there is nothing to take away")
        for parameter in own:
            if nature.all_parameters().count(parameter) > 1:
                members["parameters"].fail(f"the parameter {parameter} is derived, or written twice; take it off")
        answers = {status: name for status, name in sorted({**derived, **declared}.items()) if name is not None}
        for status, name in answers.items():
            self.known("responses", name, members["responses"])
            self.answers[name].uses.append((nature, status))
        return Named(entry, tag, nature, members, answers)

    def known(self, kind: str, name: str | None, at: Entry) -> str:
        """A reference to a component, which must be there."""
        if name not in self.components[kind]:
            close = difflib.get_close_matches(str(name), self.components[kind], 3)
            near = f"; did you mean {' or '.join(close)}?" if close else ""
            at.fail(f"no piece has {name} among its `{kind}`{near}")
        return f"{{$ref: '#/components/{kind}/{name}'}}"

    def parameter_lines(self, names: list[str], at: Entry) -> Iterator[str]:
        yield "parameters:"
        for name in names:
            yield f"  - {self.known('parameters', name, at)}"

    def path_lines(self, path: str, operations: list[Named]) -> Iterator[str]:
        entry = self.paths[path][1]
        own = entry.members().get("parameters")
        yield f"{path}:"
        names = [*(own.names() if own else []), *ON_EVERY_PATH]
        yield from indented(list(self.parameter_lines(names, own or entry)), 2)
        for operation in operations:
            yield f"  {operation.nature.method}:"
            yield from indented(list(self.operation_lines(operation)), 4)

    def operation_lines(self, operation: Named) -> Iterator[str]:
        members, nature = operation.members, operation.nature
        yield from members["operationId"].lines
        yield f"tags: [{operation.tag}]"
        for name in ("summary", "description", "deprecated", "x-permission"):
            if name in members:
                yield from members[name].lines
        yield f"security: {nature.security}"
        if nature.all_parameters():
            yield from self.parameter_lines(nature.all_parameters(), members.get("parameters", operation.entry))
        if "requestBody" in members:
            yield f"requestBody: {self.known('requestBodies', members['requestBody'].value, members['requestBody'])}"
        yield "responses:"
        for status, name in operation.answers.items():
            yield f"  '{status}': {self.known('responses', name, members['responses'])}"

    # --- Components ----------------------------------------------------------------------------------------------------

    def contents(self, entry: Entry) -> dict[str, Entry]:
        """What it holds by media type; types that are described together are written in one key, with commas."""
        members = entry.members()
        if "problems" in members:
            return {"application/problem+json": members["problems"]}
        content = members["content"].members() if "content" in members else {}
        return {kind.strip(): described for kinds, described in content.items() for kind in kinds.split(",")}

    def content_lines(self, entry: Entry) -> Iterator[str]:
        contents = self.contents(entry)
        if contents:
            yield "content:"
        for media_type, described in contents.items():
            yield f"  {media_type}:"
            if described.name == "problems":
                yield f"    schema: {self.known('schemas', 'Problem', described)}"
                examples = described
            else:
                members = described.members()
                if set(members) != {"schema", "examples"}:
                    described.fail("a media type has a `schema` and `examples`, and nothing else")
                schema, examples = members["schema"], members["examples"]
                if isinstance(schema.node, yaml.ScalarNode):
                    yield f"    schema: {self.known('schemas', schema.value, schema)}"
                else:
                    yield from indented(schema.lines, 4)
            yield "    examples:"
            for name, example in examples.named().items():
                yield f"      {name}: {self.known('examples', example, examples)}"

    def request_lines(self, entry: Entry) -> Iterator[str]:
        members = entry.members()
        if "required" in members and members["required"].value not in (False, "false"):
            members["required"].fail("a body is required; write only `required: false`, where it may be left out")
        yield f"{entry.name}:"
        yield from indented(entry.need("description").lines, 2)
        yield f"  required: {'false' if 'required' in members else 'true'}"
        yield from indented(list(self.content_lines(entry)), 2)

    def response_lines(self, entry: Entry) -> Iterator[str]:
        members = entry.members()
        for name, member in members.items():
            if name not in ("description", "headers", "content", "problems", "links"):
                member.fail(f"“{name}” is not written in a response")
        if not self.answers[entry.name].uses:
            entry.fail(f"no operation answers {entry.name}; delete it")
        yield f"{entry.name}:"
        yield from indented(entry.need("description").lines, 2)
        derived = self.answers[entry.name].headers()
        declared = members["headers"].named() if "headers" in members else {}
        for name, component in declared.items():
            if component is not None and derived.get(name) == component:
                members["headers"].fail(f"the header {name} is derived; do not write it")
        headers = {**declared, **{name: value for name, value in derived.items() if name not in declared}}
        yield "  headers:"
        for name, component in headers.items():
            if component is not None:
                yield f"    {name}: {self.known('headers', component, members.get('headers', entry))}"
        yield from indented(list(self.content_lines(entry)), 2)
        if "links" in members:
            yield "  links:"
            for name in members["links"].names():
                yield f"    {name[0].lower()}{name[1:]}: {self.known('links', name, members['links'])}"

    def component_lines(self, kind: str) -> Iterator[str]:
        made = {"requestBodies": self.request_lines, "responses": self.response_lines, "examples": self.examples.lines}
        entries = self.components[kind]
        if kind == "examples":
            entries = {name: entry for name, entry in entries.items() if name in self.shown_examples()}
        for name in sorted(entries):
            yield from made[kind](entries[name]) if kind in made else entries[name].lines

    def shown_examples(self) -> set[str]:
        """Those that a media type names; the others are parts of them."""
        entries = [entry for kind in ("requestBodies", "responses") for entry in self.components[kind].values()]
        described = [described for entry in entries for described in self.contents(entry).values()]
        shown = [it if it.name == "problems" else it.need("examples") for it in described]
        return {name for examples in shown for name in examples.named().values() if name}

    # --- The document --------------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        yield from self.front["openapi"].lines
        yield from HEAD
        yield from self.front["info"].lines
        yield from self.front["servers"].lines
        yield "tags:"
        for tag in self.tags:
            members = [member for name, member in tag.members().items() if name != "order"]
            lines = [line for member in members for line in member.lines]
            yield f"  - {lines[0]}"
            yield from indented(lines[1:], 4)
        yield "\npaths:"
        for path, operations in self.operations.items():
            yield from indented(list(self.path_lines(path, operations)), 2)
        yield "\ncomponents:"
        for index, kind in enumerate(KINDS):
            yield f"{chr(10) if index else ''}  {kind}:"
            yield from indented(list(self.component_lines(kind)), 4)

    def text(self) -> str:
        text = "\n".join(self.lines()) + "\n"
        shown = self.shown_examples()
        for name, entry in self.components["examples"].items():
            if name not in shown | self.examples.taken:
                entry.fail(f"nothing shows the example {name}; name it in a media type, or delete it")
        self.check_references(yaml.load(text, Loader=LOADER))
        return text

    def check_references(self, document: Any) -> None:
        names = {f"#/components/{kind}/{name}": entry for kind in KINDS for name, entry in self.components[kind].items()}
        used = set(references(document))
        for reference in sorted(used - set(names)):
            fail(f"{self.folder}: no piece has what `$ref: '{reference}'` names")
        for name, entry in names.items():
            if name not in used and not name.startswith(("#/components/securitySchemes/", "#/components/examples/")):
                entry.fail(f"nothing refers to {entry.name}; delete it")


def difference(made: str, found: str, document: Path, folder: Path) -> str:
    lines = list(difflib.unified_diff(found.splitlines(), made.splitlines(), str(document), f"made from {folder}", "", "", 2, ""))
    shown = lines[:40] + ([f"… and {len(lines) - 40} lines more"] if len(lines) > 40 else [])
    return "\n".join([
        *shown,
        f"{document} is not what the pieces in {folder} make. If you changed a piece, run `make contract` and commit both.",
        f"If you changed {document} itself, make the same change in a piece: the next `make contract` would undo yours.",
    ])


def main(*arguments: str) -> int:
    names = [argument for argument in arguments if argument != "--check"]
    folder, document = Path(names[0] if names else "contract"), Path(names[1] if len(names) > 1 else "openapi.yaml")
    made = Bundle(folder).text()
    found = document.read_text(encoding="utf-8") if document.exists() else ""
    if "--check" in arguments:
        if made != found:
            print(difference(made, found, document, folder), file=sys.stderr)
            return 1
        print(f"{document}: as its pieces in {folder} make it", file=sys.stderr)
    elif made != found:
        document.write_text(made, encoding="utf-8")
        print(f"{document}: written from {folder}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
