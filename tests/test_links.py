"""Addresses on this server of what the data names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defkg.terms import BASE, ID, ONTOLOGY
from defkg.web.links import iri_of, link, path


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (ID + "country/IND", "/id/country/IND"),
        (ONTOLOGY + "coChaired", "/ontology#coChaired"),
        (BASE, "/"),
        (ID + "place/são-tomé?x=1", "/id/place/s%C3%A3o-tom%C3%A9%3Fx=1"),
        (BASE + "/evil.example/x", "/%2Fevil.example/x"),
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
        ("http://example.org/", "http://example.org/"),
        ("https://w3id.org/defkgx", "https://w3id.org/defkgx"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("urn:isbn:1", ""),
        ("mailto:x@example.org", ""),
        ("https://example.org/\r\nX: y", ""),
        ("https:", ""),
        ("", ""),
    ],
)
def test_a_link_leads_to_this_server_or_the_web_or_nowhere(iri: str, expected: str) -> None:
    assert link(iri) == expected


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="#"), min_size=1))
def test_a_path_stands_for_the_iri_it_was_made_from(key: str) -> None:
    for iri in (ID + "thing/" + key, BASE + key):
        address = path(iri)
        assert address is not None
        assert address.isascii()
        assert address.startswith("/")
        assert not address.startswith("//")
        assert iri_of(address) == iri


def test_bytes_that_are_no_text_are_no_iri() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        iri_of("/id/%ff")
