"""The order of predicates in a Turtle file."""

from __future__ import annotations

from defkg.terms import expand

_FIRST = """
    rdf:type

    dcterms:title dcterms:description dcterms:license dcterms:creator dcterms:publisher dcterms:issued dcterms:created
    dcterms:modified dcterms:bibliographicCitation owl:versionIRI owl:versionInfo
    defkg:locator prov:wasQuotedFrom oa:hasSelector oa:start oa:end schema:url defkg:sha256 defkg:hasSentence

    rdfs:subClassOf rdfs:subPropertyOf owl:equivalentClass owl:equivalentProperty owl:disjointWith rdfs:domain
    rdfs:range owl:propertyChainAxiom owl:inverseOf owl:onProperty owl:hasValue owl:members

    sh:targetClass sh:targetSubjectsOf sh:targetObjectsOf sh:targetNode sh:path sh:inversePath sh:alternativePath
    sh:property sh:node sh:or sh:and sh:xone sh:not sh:minCount sh:maxCount sh:class sh:datatype sh:nodeKind sh:pattern
    sh:flags sh:in sh:hasValue sh:languageIn sh:uniqueLang sh:minInclusive sh:maxInclusive sh:minExclusive
    sh:maxExclusive sh:lessThan sh:closed sh:ignoredProperties

    rdfs:label skos:prefLabel skos:altLabel skos:hiddenLabel skos:notation foaf:title rdfs:comment skos:definition
    skos:example skos:scopeNote
    skos:broader skos:topConceptOf skos:related skos:inScheme

    defkg:gist defkg:modality defkg:madeBy defkg:reportedBy
    defkg:participant
    defkg:coChairIn defkg:delegationHeadIn defkg:signatoryIn defkg:visitorIn defkg:calledOnIn defkg:inauguratorIn
    defkg:inEvent defkg:inCapacityOf defkg:onBehalfOf
    defkg:partOfSeries defkg:meetingOf defkg:editionOf defkg:signingOf defkg:operationalises defkg:amends
    defkg:publishes defkg:inaugurates defkg:ordinal
    defkg:about defkg:reason defkg:concernsBroadly defkg:concerns
    defkg:officeOf defkg:organisationOf defkg:subOrganisationOf defkg:policyOf
    defkg:hasParty defkg:inRelationship defkg:participatingService defkg:meetingCount defkg:frequency
    defkg:multilateral

    defkg:date defkg:earliest defkg:latest defkg:datePrecision defkg:dateBasis defkg:duration
    defkg:heldAt defkg:heldInCountry defkg:duringEvent defkg:onSidelinesOf
    defkg:agreedToEstablish defkg:establishes defkg:signedAt defkg:concludedAt defkg:outcomeOf defkg:supportsPolicy
    defkg:framedBy
    defkg:discussed defkg:prioritised defkg:emphasised defkg:agreedWorkstreamOn defkg:willExplore
"""
_LAST = """
    defkg:evidencedBy

    sh:severity sh:message sh:name sh:description
    rdfs:isDefinedBy http://www.w3.org/2003/06/sw-vocab-status/ns#term_status
"""
_RANKS = {expand(name): place for place, name in enumerate(_FIRST.split())}
_OTHERS = len(_RANKS)
_RANKS |= {expand(name): place for place, name in enumerate(_LAST.split(), _OTHERS + 1)}


def rank(iri: str) -> tuple[int, str]:
    """The place of a predicate: what it is, its names, with whom, when and where, about what; others; evidence last.

    Those that the table does not name stand in alphabetical order.
    """
    return _RANKS.get(iri, _OTHERS), iri
