"""The modules of sprig's functions: only those of used functions are imported."""

from collections.abc import Mapping
from typing import Final

MODULES: Final[Mapping[str, tuple[str, str]]] = {
    "casing": (
        "CASING",
        (
            "camelcase initials kebabcase lower nospace snakecase swapcase title "
            "untitle upper"
        ),
    ),
    "constraints": ("CONSTRAINTS", "semverCompare"),
    "defaults": ("DEFAULTS", "all any coalesce default empty fail ternary"),
    "dicts": (
        "DICTS",
        (
            "deepCopy dict dig get hasKey keys merge mergeOverwrite omit pick pluck "
            "set unset values"
        ),
    ),
    "digests": (
        "DIGESTS",
        "adler32sum b32dec b32enc b64dec b64enc sha1sum sha256sum sha512sum",
    ),
    "durations": ("TIMES", "dateInZone duration durationRound htmlDateInZone"),
    "equality": ("REFLECTION", "deepEqual kindIs kindOf typeIs typeIsLike typeOf"),
    "fromjson": ("READING", "fromJson mustFromJson"),
    "lists": (
        "LISTS",
        (
            "append chunk compact concat first has initial last list prepend rest "
            "reverse slice sortAlpha uniq without"
        ),
    ),
    "numbers": (
        "NUMBERS",
        (
            "add add1 atoi div int int64 max min mod mul seq sub toDecimal until "
            "untilStep add1f addf biggest ceil divf float64 floor maxf minf mulf "
            "round subf"
        ),
    ),
    "paths": ("PATHS", "base clean dir ext isAbs osBase osClean osDir osExt osIsAbs"),
    "regexes": (
        "REGEXES",
        (
            "regexFind regexFindAll regexReplaceAll regexReplaceAllLiteral regexSplit "
            "mustRegexFind mustRegexFindAll mustRegexReplaceAll "
            "mustRegexReplaceAllLiteral mustRegexSplit regexMatch mustRegexMatch "
            "regexQuoteMeta"
        ),
    ),
    "splitting": ("SPLITTING", "join split splitList splitn"),
    "strings": (
        "STRINGS",
        (
            "abbrev abbrevboth cat contains hasPrefix hasSuffix hello indent nindent "
            "plural quote repeat replace squote substr toString toStrings trim "
            "trimAll trimPrefix trimSuffix trunc wrap wrapWith"
        ),
    ),
    "tojson": (
        "WRITING",
        "toJson toPrettyJson toRawJson mustToJson mustToPrettyJson mustToRawJson",
    ),
    "urls": ("URLS", "urlJoin urlParse"),
    "versions": ("VERSIONS", "semver"),
}
"""By module: the name of its table, and the functions in the table."""
