"""Strategies for Hypothesis: nasty strings, labels, annotations, pods."""

from typing import Any

from hypothesis import strategies as st

NASTY = (
    *("", " ", "\n", "\t", "~", "null", "true", "false", "yes", "on", "no", "-", "--"),
    *("---", "...", "- a", "a: b", "a:", ": b", "# c", "a #b", "[", "]", "{", "}", ","),
    *(
        "&a",
        "*a",
        "!t",
        "!!int 1",
        "|",
        "|-\n  x",
        ">",
        "%YAML 1.2",
        "@",
        "`",
        "?",
        "? a",
    ),
    *('"', "'", '"\n', "'\n  k: v", "\\", "\\n", "<<", "=", "1", "1e3", "0x1F", "0o7"),
    *(
        "1:30",
        ".inf",
        ".nan",
        "2024-01-01",
        "1_000",
        "08",
        "15",
        "-1",
        "1.5",
        "\u0661\u0665",
    ),
    *("{{ x }}", "{% if %}", "{# c #}", "}}", "%}", "${X}", "$(X)", "[[ x ]]"),
    *("a\nb: c", "a\r\nb: c", "a\u0085b", "a\u2028- b", "\ufeff", "\x00", "\x7f"),
    *("\ud800", "\U0001f600", "é", "\ue000", "\ue0000\ue001", "\ue00012\ue001"),
    *("\ue0021\ue003", "\\ue0000\\ue001", "items", "get", "__class__", "a" * 300),
)
"""Strings that are special in YAML, Jinja, shells, Python or this program."""


def texts() -> st.SearchStrategy[str]:
    """Any string, lone surrogates included, the nasty ones often."""
    anything = st.text(st.characters(), max_size=20)
    nasty = st.sampled_from(NASTY)
    return st.one_of(nasty, anything, st.tuples(anything, nasty).map("".join))


def names() -> st.SearchStrategy[str]:
    """Names that the API server accepts."""
    return st.from_regex(r"[a-z]([a-z0-9-]{0,12}[a-z0-9])?", fullmatch=True)


def label_keys() -> st.SearchStrategy[str]:
    """Keys of labels and annotations, with a prefix or without."""
    prefixes = st.sampled_from(("", "", "example.com/", "sidecar.istio.io/"))
    return st.tuples(prefixes, names()).map("".join)


def labels() -> st.SearchStrategy[dict[str, str]]:
    """Labels that the API server accepts."""
    values = st.one_of(st.just(""), names(), st.sampled_from(("true", "1", "1e3")))
    return st.dictionaries(label_keys(), values, max_size=4)


def annotations() -> st.SearchStrategy[dict[str, str]]:
    """Annotations: any text under a key of any kind."""
    keys = st.one_of(label_keys(), texts())
    return st.dictionaries(keys, texts(), max_size=4)


def json_values(*, leaves: int = 12) -> st.SearchStrategy[Any]:
    """Any JSON value."""
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(1 << 63), (1 << 63) - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        texts(),
    )
    return st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(texts(), inner, max_size=3)
        ),
        max_leaves=leaves,
    )


def containers() -> st.SearchStrategy[dict[str, Any]]:
    """Containers with a name, some with more fields."""
    ports = st.fixed_dictionaries(
        {"containerPort": st.integers(1, 65535)},
        optional={"name": names(), "protocol": st.sampled_from(("TCP", "UDP"))},
    )
    variables = st.fixed_dictionaries({"name": names(), "value": texts()})
    required: dict[str, st.SearchStrategy[Any]] = {"name": names(), "image": names()}
    return st.fixed_dictionaries(
        required,
        optional={
            "args": st.lists(texts(), max_size=3),
            "env": st.lists(variables, max_size=3, unique_by=lambda env: env["name"]),
            "ports": st.lists(
                ports, max_size=3, unique_by=lambda port: port["containerPort"]
            ),
        },
    )


def metadata() -> st.SearchStrategy[dict[str, Any]]:
    """A pod's metadata; pods of controllers have no name yet."""
    return st.fixed_dictionaries(
        {},
        optional={
            "name": names(),
            "generateName": names().map("{}-".format),
            "namespace": names(),
            "labels": labels(),
            "annotations": annotations(),
        },
    )


def pods() -> st.SearchStrategy[dict[str, Any]]:
    """Pods that an API server might send."""
    listed: st.SearchStrategy[Any] = st.lists(
        containers(),
        min_size=1,
        max_size=3,
        unique_by=_name,
    )
    volumes: st.SearchStrategy[dict[str, Any]] = names().map(
        lambda name: {"name": name, "emptyDir": {}}
    )
    listed_volumes = st.lists(volumes, max_size=2, unique_by=_name)
    spec = st.fixed_dictionaries(
        {"containers": listed},
        optional={
            "serviceAccountName": names(),
            "volumes": listed_volumes,
        },
    )
    return st.builds(
        lambda metadata, spec: {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": spec,
        },
        metadata(),
        spec,
    )


def _name(named: dict[str, Any]) -> str:
    return str(named["name"])
