"""Every UK Core example is accepted and comes back equal, digit for digit."""

import json

import pytest


def exact(text):
    """Decode JSON with numbers as their text, so that 1.0 and 1.00 differ."""
    return json.loads(text, parse_float=lambda t: ("number", t), parse_int=lambda t: ("number", t))


def as_stored(sent, returned):
    """Return both without what the server sets."""
    for resource in (sent, returned):
        resource.pop("id", None)
        meta = resource.get("meta", {})
        for name in ("versionId", "lastUpdated"):
            meta.pop(name, None)
        if not meta:
            resource.pop("meta", None)
    return sent, returned


@pytest.mark.django_db
def test_every_example_comes_back_as_it_was_sent(api, published_data):
    refused = {}
    paths = sorted((published_data / "uk-core-examples").glob("*.json"))
    assert len(paths) == 107
    for path in paths:
        text = path.read_text()
        kind = json.loads(text)["resourceType"]
        response = api.post(f"/{kind}", text)
        if response.status_code != 201:
            refused[path.name] = (response.status_code, response.content.decode()[:300])
            continue
        location = response.headers["Location"].split("/fhir/R4")[1].split("/_history")[0]
        back = api.get(location)
        sent, returned = as_stored(exact(text), exact(back.content.decode()))
        assert returned == sent, path.name
    assert refused == {}
