"""Checks every example of an OpenAPI 3.1 document against the schema it illustrates.

Usage: validate_examples.py openapi.yaml

Also refused: a key given twice, a value that JSON does not have, something described without an example, a problem whose
status is not that of its response, and a component that nothing refers to.
"""

import json
import sys

import yaml
from contract_rules import WITHOUT_EXAMPLE
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = {"get", "put", "post", "patch", "delete", "head", "options"}


class UniqueKeyLoader(yaml.SafeLoader):
    """YAML where a key given twice is an error, as it is for the server."""


def _mapping(loader, node):
    names = set()
    for key, _ in node.value:
        name = loader.construct_object(key, deep=True)
        if name in names:
            sys.exit(f"line {key.start_mark.line + 1}: the key “{name}” is given twice")
        names.add(name)
    return loader.construct_mapping(node, deep=True)


UniqueKeyLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


class Examples:
    def __init__(self, document):
        self.document = document
        self.registry = Registry().with_resource("urn:contract", Resource(document, DRAFT202012))
        self.checked = 0
        self.faults = []

    def resolve(self, node):
        while "$ref" in node:
            found = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def check(self, schema, value, where):
        self.checked += 1
        validator = Draft202012Validator(_absolute(schema), registry=self.registry, format_checker=FormatChecker())
        for error in validator.iter_errors(value):
            self.faults.append(f"{where}: {error.json_path}: {error.message[:200]}")

    def check_all(self, described, where):
        """The `example` and `examples` of a parameter, a header or a media type."""
        values = {name: self.resolve(example)["value"] for name, example in described.get("examples", {}).items()}
        if "example" in described:
            values["example"] = described["example"]
        if not values and described.get("name") not in WITHOUT_EXAMPLE:
            self.faults.append(f"{where}: has no example")
        for name, value in values.items():
            self.check(described["schema"], value, f"{where}, {name}")
        return values

    def check_response(self, response, status, where):
        for name, header in response.get("headers", {}).items():
            self.check_all(self.resolve(header), f"{where}, header {name}")
        for media_type, media in response.get("content", {}).items():
            for name, value in self.check_all(media, f"{where}, {media_type}").items():
                if media_type == "application/problem+json" and value["status"] != int(status):
                    self.faults.append(f"{where}, {name}: its status is {value['status']}")

    def check_operations(self):
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method not in METHODS:
                    continue
                where = f"{method} {path}"
                for parameter in map(self.resolve, item.get("parameters", []) + operation.get("parameters", [])):
                    self.check_all(parameter, f"{where}, parameter {parameter['name']}")
                for media_type, media in self.resolve(operation.get("requestBody", {})).get("content", {}).items():
                    self.check_all(media, f"{where}, body {media_type}")
                for status, response in operation["responses"].items():
                    self.check_response(self.resolve(response), status, f"{where}, {status}")

    def check_components_are_used(self):
        text = json.dumps(self.document)
        for kind, components in self.document["components"].items():
            for name in components:
                if kind != "securitySchemes" and f'"#/components/{kind}/{name}"' not in text:
                    self.faults.append(f"components/{kind}/{name}: nothing refers to it")


def _absolute(schema):
    """The same schema with references that resolve wherever it is read."""
    if isinstance(schema, dict):
        return {key: f"urn:contract{value}" if key == "$ref" else _absolute(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_absolute(item) for item in schema]
    return schema


def main(path):
    with open(path, encoding="utf-8") as file:
        document = yaml.load(file, Loader=UniqueKeyLoader)
    examples = Examples(document)
    examples.check_operations()
    examples.check_components_are_used()
    for fault in sorted(set(examples.faults)):
        print(fault, file=sys.stderr)
    print(f"{path}: {examples.checked} examples checked, {len(set(examples.faults))} faults", file=sys.stderr)
    return 1 if examples.faults or not examples.checked else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
