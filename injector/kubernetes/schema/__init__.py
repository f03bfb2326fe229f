"""The types of a Pod's fields: checks, and values as Go prints them."""

from injector.formats.quantities import amount, is_quantity
from injector.kubernetes.schema.copying import copy_json, identity, ordered, same_json
from injector.kubernetes.schema.problems import join, possible, problems
from injector.kubernetes.schema.pruning import known, restored, without
from injector.kubernetes.schema.quantity_fields import canonical
from injector.kubernetes.schema.roundtrip import retyped, typed, zero
from injector.kubernetes.schema.spelling import respelled, spelled
from injector.kubernetes.schema.table import (
    POD,
    POD_TYPE,
    Field,
    Struct,
    Type,
    struct,
    type_of,
)

__all__ = [
    "POD",
    "POD_TYPE",
    "Field",
    "Struct",
    "Type",
    "amount",
    "canonical",
    "copy_json",
    "identity",
    "is_quantity",
    "join",
    "known",
    "ordered",
    "possible",
    "problems",
    "respelled",
    "restored",
    "retyped",
    "same_json",
    "spelled",
    "struct",
    "type_of",
    "typed",
    "without",
    "zero",
]
