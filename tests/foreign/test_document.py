"""The examples of docs/asyncapi.yaml against its own schemas, and what this client takes them for."""

import unittest
from pathlib import Path

import yaml
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from device import is_ack
from wire import MAX_TEXT_BYTES, is_fact

DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "docs/asyncapi.yaml").read_text(encoding="utf-8"))
COMPONENTS = DOCUMENT["components"]
REGISTRY = Registry().with_resource("urn:document", Resource(contents=DOCUMENT, specification=DRAFT7))


def found(reference):
    node = DOCUMENT
    for step in reference["$ref"].removeprefix("#/").split("/"):
        node = node[step]
    return node


def errors(schema, instance):
    """What is wrong with an instance. The schema's references are to the document."""

    def absolute(node):
        if isinstance(node, dict):
            return {key: "urn:document" + value if key == "$ref" else absolute(value) for key, value in node.items()}
        return [absolute(item) for item in node] if isinstance(node, list) else node

    checker = Draft7Validator.FORMAT_CHECKER
    validator = Draft7Validator(absolute(schema), registry=REGISTRY, format_checker=checker)
    return [error.message for error in validator.iter_errors(instance)]


class Document(unittest.TestCase):
    def test_every_message_has_examples_and_they_fit_its_schemas(self):
        for name, message in COMPONENTS["messages"].items():
            self.assertTrue(message.get("examples"), name)
            headers = [message["headers"]] if "headers" in message else []
            headers += [found(trait)["headers"] for trait in message.get("traits", [])]
            for example in message["examples"]:
                with self.subTest(name, payload=example["payload"]):
                    self.assertEqual(errors(message["payload"], example["payload"]), [])
                    for schema in headers:
                        self.assertEqual(errors(schema, example.get("headers")), [])

    def test_the_schemas_refuse_what_is_wrong(self):
        said = COMPONENTS["messages"]["say"]["examples"][0]["payload"]
        for wrong in [
            {"text": ""},
            {"text": "a\0b"},
            {"text": "a" * (MAX_TEXT_BYTES + 1)},
            {"message_id": said["message_id"].upper()},
            {"kind": "said.v2"},
            {"by": {"type": "technician"}},
            {"written_at": 7},
        ]:
            self.assertNotEqual(errors({"$ref": "#/components/schemas/Said"}, said | wrong), [], wrong)
        refusal = COMPONENTS["messages"]["refusal"]["examples"][0]["payload"]
        self.assertNotEqual(errors({"$ref": "#/components/schemas/Acknowledgement"}, refusal), [])

    def test_the_schemas_let_unknown_fields_pass_where_the_wire_does(self):
        for name in ("Opened", "Closed", "Said", "Read", "Typing", "SyncRequest", "Synced", "Receipt", "Acknowledgement"):
            self.assertNotIn("additionalProperties", COMPONENTS["schemas"][name], name)

    def test_every_reference_leads_somewhere(self):
        def check(node):
            if isinstance(node, dict):
                if "$ref" in node:
                    found(node)
                    self.assertEqual(len(node), 1, f"what stands beside a reference counts for nothing: {node}")
                for value in node.values():
                    check(value)
            elif isinstance(node, list):
                for item in node:
                    check(item)

        check(DOCUMENT)

    def test_every_message_is_in_a_channel_and_every_channel_in_an_operation(self):
        used = {found(message)["title"] for channel in DOCUMENT["channels"].values() for message in channel["messages"].values()}
        self.assertEqual(used, {message["title"] for message in COMPONENTS["messages"].values()})
        operations = DOCUMENT["operations"].values()
        reached = {operation["channel"]["$ref"] for operation in operations}
        reached |= {operation["reply"]["channel"]["$ref"] for operation in operations if "reply" in operation}
        self.assertEqual(reached, {f"#/channels/{name}" for name in DOCUMENT["channels"]})

    def test_this_client_takes_the_examples_for_what_they_are(self):
        messages = COMPONENTS["messages"]
        for name in ("opened", "closed", "said", "technicianRead"):
            for example in messages[name]["examples"]:
                self.assertTrue(is_fact(example["headers"]["Nats-Subject"], example["payload"]), name)
        for example in messages["synced"]["examples"]:
            for fact in example["payload"]["facts"]:
                self.assertTrue(is_fact(fact["subject"], fact["fact"]), fact)
        self.assertTrue(all(is_ack(example["payload"]) for example in messages["acknowledgement"]["examples"]))
        self.assertFalse(any(is_ack(example["payload"]) for example in messages["refusal"]["examples"]))
        self.assertEqual(COMPONENTS["schemas"]["Text"]["x-max-bytes"], MAX_TEXT_BYTES)


if __name__ == "__main__":
    unittest.main()
