"""The types of a Pod's fields, as data: what is possible, what is printed how."""

from injector.formats.quantities import amount, is_quantity
from injector.schema.copying import copy_json, identity, same_json
from injector.schema.problems import join, possible, problems
from injector.schema.pruning import known, restored, without
from injector.schema.roundtrip import canonical, retyped, typed, zero
from injector.schema.spelling import respelled, spelled
from injector.schema.table import POD, Field, Struct, Type, struct, type_of

__all__ = [
    "POD",
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
