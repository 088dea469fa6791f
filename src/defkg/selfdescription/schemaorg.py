"""A dataset's description for search engines, in the vocabulary of schema.org.

Source: schema.org, Dataset and DataDownload; Google Search Central, "Dataset structured data", for the fields wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from defkg.selfdescription.description import DATASET, Description

_SHORTEST = 50  # characters that a description must have there
_LONGEST = 5000


def dataset(description: Description, host: str, places: Mapping[str, str], files: Mapping[str, str]) -> dict[str, Any]:
    """The members of a JSON-LD document; what is not stated is not in it.

    Args:
        description: the dataset's.
        host: the address of the server, without a slash at its end.
        places: the labels of its countries, by their IRIs.
        files: the media types of the whole as a file, by their addresses.
    """
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": DATASET,
        "name": description.title,
        "description": _summary(description),
        "url": f"{host}/",
        "license": description.licence,
        "creator": [{"@type": "Organization", "name": name} for name in description.creators],
        "version": description.digest,
        "temporalCoverage": f"{description.first}/{description.last}" if description.first else "",
        "spatialCoverage": [{"@type": "Place", "name": label} for label in sorted(places.values())],
        "distribution": [_file(address, media_type) for address, media_type in files.items()],
    }
    return {name: value for name, value in found.items() if value}


def _summary(description: Description) -> str:
    numbers = description.statistics
    counted = f"A graph of {numbers.triples:,} triples with {len(numbers.properties):,} properties"
    summary = description.summary if len(description.summary) >= _SHORTEST else ""
    return summary[:_LONGEST] or f"{counted}, which answers queries in SPARQL."


def _file(address: str, media_type: str) -> dict[str, str]:
    return {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": address}
