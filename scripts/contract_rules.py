"""Checks that client generators can read openapi.yaml: what they stumble over, what they name badly.

Usage: contract_rules.py openapi.yaml

Each rule is here because a generator in use breaks without it; docs/decisions/0025-a-contract-that-generators-read.md
tells which. Before it reads the document, each rule has to find the fault of a counter-example of its own.
"""

from __future__ import annotations

import collections
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

Node = dict[str, Any]

# What the server alone can give, or what depends on the state that it is in: an example of it would be sent, and refused.
WITHOUT_EXAMPLE = {"cursor", "after", "If-Match", "If-None-Match"}
METHODS = {"get", "put", "post", "patch", "delete", "head", "options"}
FORMATS = {"date", "date-time", "email", "binary"}
# Classes that the languages of the clients have already, and that their generated code imports beside ours.
TAKEN = {
    "Any", "Array", "Date", "Error", "Exception", "File", "Function", "List", "Level", "Logger", "Map", "Number", "Object",
    "Pattern", "Promise", "Record", "Request", "Response", "Set", "String", "Type",
}
PLAIN_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Place:
    """A schema and where it stands: `component` is its name where it is a component of its own."""

    schema: Node
    path: str
    component: str | None = None
    # Among the items of a list whose values differ.
    in_set: bool = False
    # In a parameter or a header of a response: no class is made of those.
    is_field: bool = False
    of_answer_header: bool = False
    # One of two branches, the other of which may be null.
    siblings: int = 0


def places(document: Node) -> Iterator[Place]:
    """Every schema of the document, with those inside it."""
    components = document.get("components", {})
    for name, schema in components.get("schemas", {}).items():
        yield from inside(Place(schema, f"schemas/{name}", component=name))
    for name, parameter in components.get("parameters", {}).items():
        yield from inside(Place(parameter.get("schema", {}), f"parameters/{name}", is_field=True))
    for name, header in components.get("headers", {}).items():
        yield from inside(Place(header.get("schema", {}), f"headers/{name}", is_field=True, of_answer_header=True))
    for kind in ("requestBodies", "responses"):
        for name, described in components.get(kind, {}).items():
            for media_type, media in described.get("content", {}).items():
                yield from inside(Place(media.get("schema", {}), f"{kind}/{name} {media_type}"))
            for header, value in described.get("headers", {}).items():
                path = f"{kind}/{name} header {header}"
                yield from inside(Place(value.get("schema", {}), path, is_field=True, of_answer_header=True))
    for path, method, operation in operations(document):
        for parameter in operation.get("parameters", []):
            where = f"{method} {path} parameter {parameter.get('name')}"
            yield from inside(Place(parameter.get("schema", {}), where, is_field=True))
        for status, response in operation.get("responses", {}).items():
            for media_type, media in response.get("content", {}).items():
                yield from inside(Place(media.get("schema", {}), f"{method} {path} {status} {media_type}"))


def inside(place: Place) -> Iterator[Place]:
    yield place
    schema = place.schema

    def child(node: Node, step: str, *, in_set: bool = False, siblings: int = 0) -> Iterator[Place]:
        path = f"{place.path}/{step}"
        return inside(Place(node, path, None, in_set, place.is_field, place.of_answer_header, siblings))

    for name, member in schema.get("properties", {}).items():
        yield from child(member, name)
    if isinstance(schema.get("items"), dict):
        yield from child(schema["items"], "items", in_set=bool(schema.get("uniqueItems")))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from child(schema["additionalProperties"], "additionalProperties")
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = schema.get(keyword, [])
        for index, branch in enumerate(branches):
            alternative = len(branches) if keyword != "allOf" else 0
            yield from child(branch, f"{keyword}/{index}", siblings=alternative)


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


Rule = Callable[[Node], Iterator[str]]
RULES: list[tuple[Rule, Node]] = []


def rule(counterexample: Node) -> Callable[[Rule], Rule]:
    def register(check: Rule) -> Rule:
        RULES.append((check, counterexample))
        return check

    return register


def schema_alone(schema: Node, name: str = "Thing") -> Node:
    return {"components": {"schemas": {name: schema}}}


def member_alone(schema: Node) -> Node:
    return schema_alone({"type": "object", "properties": {"member": schema}})


@rule(member_alone({"type": "null"}))
def null_stands_beside_a_type(document: Node) -> Iterator[str]:
    for place in places(document):
        if place.schema.get("type") == "null" and place.siblings != 2:
            yield f"{place.path}: write the type beside null, as in `type: [string, 'null']`, or null as one of two branches"


@rule(member_alone({"type": ["string", "null"], "enum": ["a", None]}))
def null_is_no_value_of_an_enum(document: Node) -> Iterator[str]:
    for place in places(document):
        if None in place.schema.get("enum", []):
            yield f"{place.path}: put the values into a schema of their own, and write `oneOf` it and null"


@rule(member_alone({"type": "string", "format": "date", "pattern": "^2"}))
def dates_have_no_pattern(document: Node) -> Iterator[str]:
    for place in places(document):
        if place.schema.get("format") in ("date", "date-time") and "pattern" in place.schema:
            yield f"{place.path}: drop the pattern; clients match it against a date that they have read already"


@rule(member_alone({"type": "string", "format": "uri-reference"}))
def formats_are_known_everywhere(document: Node) -> Iterator[str]:
    for place in places(document):
        if place.schema.get("format", "date") not in FORMATS:
            yield f"{place.path}: validators disagree on the format {place.schema['format']}; write a pattern"


@rule(member_alone({"$ref": "#/components/schemas/Thing", "default": "a"}))
def references_have_no_default(document: Node) -> Iterator[str]:
    for place in places(document):
        if "$ref" in place.schema and "default" in place.schema:
            yield f"{place.path}: say the default in the description; Java writes it without quotation marks"


@rule(member_alone({"description": "Any value."}))
def any_value_may_be_a_list(document: Node) -> Iterator[str]:
    kinds = {"type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const", "items"}
    for place in places(document):
        # A branch may hold rules of the schema around it, and what is in a list of anything is no list again.
        if place.schema and not kinds & set(place.schema) and not re.search(r"Of/[0-9]+$", place.path):
            yield f"{place.path}: put `items: {{}}` into a value of any type, or aiopenapi3 takes no list there"


@rule(member_alone({"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["a"]}}))
def sets_name_their_values(document: Node) -> Iterator[str]:
    for place in places(document):
        if place.in_set and not place.is_field and "enum" in place.schema:
            yield f"{place.path}: make the values a schema of their own; Java does not compile a set of unnamed ones"


@rule({"components": {"parameters": {"Year": {"name": "year", "schema": {"type": "array", "uniqueItems": True}}}}})
def lists_in_an_address_are_no_sets(document: Node) -> Iterator[str]:
    for place in places(document):
        if place.is_field and place.schema.get("uniqueItems"):
            yield f"{place.path}: a value given twice counts once, and a set has no order in Java; drop `uniqueItems`"


@rule(schema_alone({"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]}))
def no_schema_is_another_or_null(document: Node) -> Iterator[str]:
    for name, schema in document["components"].get("schemas", {}).items():
        branches = schema.get("oneOf", [])
        if len(branches) == 2 and {"type": "null"} in branches and any("$ref" in branch for branch in branches):
            yield f"{name}: write it where it is used; Python's generator looks for a model of this name and finds none"


@rule(schema_alone({"allOf": [{"$ref": "#/components/schemas/Thing"}, {"required": ["a"]}]}))
def whole_objects_say_what_they_require(document: Node) -> Iterator[str]:
    for place in places(document):
        branches = place.schema.get("allOf")
        if branches is None:
            continue
        if place.schema.get("type") != "object" or "required" not in place.schema:
            yield f"{place.path}: put `type: object` and `required` beside `allOf`, or every member becomes optional"
        if len(branches) < 2:
            yield f"{place.path}: `allOf` a single reference is taken for the reference; add `- type: object`"


@rule(member_alone({"type": "object", "properties": {"a": {"type": "string"}}}))
def objects_are_named(document: Node) -> Iterator[str]:
    for place in places(document):
        if place.component is None and place.schema.get("properties"):
            yield f"{place.path}: make it a schema of its own; generators number the unnamed ones"


@rule(member_alone({"anyOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}))
def unions_are_named(document: Node) -> Iterator[str]:
    for place in places(document):
        branches = place.schema.get("anyOf", []) + place.schema.get("oneOf", [])
        if place.component is None and sum(branch.get("type") != "null" for branch in branches) > 1:
            yield f"{place.path}: make it a schema of its own; generators call it “Inner”"


@rule(
    {
        "components": {
            "schemas": {
                "A": {"type": "object", "properties": {"a": {"type": "string"}}},
                "B": {"type": "object", "properties": {"b": {"type": "string"}}},
                "Either": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]},
            }
        }
    }
)
def alternatives_are_one_of(document: Node) -> Iterator[str]:
    schemas = document.get("components", {}).get("schemas", {})
    for place in places(document):
        members = [member_set(branch, schemas) for branch in place.schema.get("anyOf", [])]
        if any(not (one <= other or other <= one) for one in members for other in members):
            yield f"{place.path}: write `oneOf`; TypeScript makes one object of `anyOf`, with the members of all"


def member_set(schema: Node, schemas: Node) -> set[str]:
    """The names of its members, with those of what it refers to."""
    if "$ref" in schema:
        return member_set(schemas.get(schema["$ref"].rpartition("/")[2], {}), schemas)
    inherited = [member_set(branch, schemas) for branch in schema.get("allOf", [])]
    return set(schema.get("properties", {})).union(*inherited)


@rule(schema_alone({"type": ["object", "null"], "properties": {"a": {"type": "string"}}}))
def named_objects_are_not_null(document: Node) -> Iterator[str]:
    for place in places(document):
        if isinstance(place.schema.get("type"), list) and {"object", "null"} <= set(place.schema["type"]):
            yield f"{place.path}: write `type: object`, and `oneOf` it and null where it may be null"


@rule(schema_alone({"type": "string"}, name="Level"))
def names_are_free(document: Node) -> Iterator[str]:
    for name in document.get("components", {}).get("schemas", {}):
        if name in TAKEN:
            yield f"schemas/{name}: languages have a class of that name, which the generated code imports; choose another"


def member_names(schema: Node) -> list[str]:
    return schema.get("x-enum-varnames") or [str(value).upper() for value in schema.get("enum", [])]


@rule(member_alone({"type": "string", "enum": ["due_on", "-due_on"]}))
def values_have_names(document: Node) -> Iterator[str]:
    for place in places(document):
        values, names = place.schema.get("enum", []), place.schema.get("x-enum-varnames")
        if place.of_answer_header or not values:
            continue
        if names is None and not all(isinstance(value, str) and PLAIN_NAME.fullmatch(value) for value in values):
            yield f"{place.path}: name its values in `x-enum-varnames`"
        if names is not None and (len(names) != len(values) or len(set(names)) != len(names)):
            yield f"{place.path}: `x-enum-varnames` names each value once"
        if names is not None and not all(re.fullmatch(r"[A-Z][A-Z0-9_]*", name) for name in names):
            yield f"{place.path}: `x-enum-varnames` are in capitals"


@rule({"components": {"schemas": {"One": {"enum": ["a"]}, "Other": {"enum": ["a"]}}}})
def named_values_differ(document: Node) -> Iterator[str]:
    owners = collections.defaultdict(list)
    for place in places(document):
        if place.component is not None:
            for name in member_names(place.schema):
                owners[name].append(place.component)
    for name, schemas in owners.items():
        if len(schemas) > 1:
            yield f"schemas/{', '.join(schemas)}: each has a value {name}, which Go declares once; write one of them in place"


@rule({"tags": [{"name": "Ministères"}], "paths": {}})
def tags_make_names(document: Node) -> Iterator[str]:
    declared = {tag["name"] for tag in document.get("tags", [])}
    for tag in document.get("tags", []):
        if not re.fullmatch(r"[A-Z][A-Za-z]*", tag["name"]):
            yield f"tag {tag['name']}: give it an English name in ASCII, and its French one in `x-displayName`"
        if not tag.get("x-displayName"):
            yield f"tag {tag['name']}: lacks `x-displayName`"
    for path, method, operation in operations(document):
        if len(operation.get("tags", [])) != 1 or operation["tags"][0] not in declared:
            yield f"{method} {path}: has one tag, among those of the document"


@rule({"paths": {"/a": {"get": {"operationId": "getOpenAPI", "tags": []}}}})
def operations_have_good_names(document: Node) -> Iterator[str]:
    for path, method, operation in operations(document):
        if not re.fullmatch(r"[a-z]+([A-Z][a-z0-9]+)*", operation.get("operationId", "")):
            yield f"{method} {path}: each word of `operationId` begins with a capital, which no other follows"


@rule({"components": {"parameters": {"Cursor": {"name": "cursor", "example": "abc"}}}})
def examples_can_be_sent(document: Node) -> Iterator[str]:
    for name, parameter in document.get("components", {}).get("parameters", {}).items():
        if parameter.get("name") in WITHOUT_EXAMPLE and ("example" in parameter or "examples" in parameter):
            # `If-None-Match: *` is an example that works.
            if parameter.get("schema", {}).get("enum") != ["*"]:
                yield f"parameters/{name}: only an answer gives its value; drop the example, which tools would send"


def faults(document: Node) -> list[str]:
    return sorted({fault for check, _ in RULES for fault in check(document)})


def main(path: str) -> int:
    blind = [check.__name__ for check, counterexample in RULES if not any(check(counterexample))]
    if blind:
        print(f"these rules miss their own counter-example: {', '.join(blind)}", file=sys.stderr)
        return 1
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    found = faults(document)
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{path}: {len(RULES)} rules for generators, {len(found)} faults", file=sys.stderr)
    return 1 if found or not RULES else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
