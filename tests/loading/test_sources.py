from pathlib import Path

import pytest

from injector.base.errors import ConfigError, ConfigUnavailable, Problem
from injector.loading.sources import (
    BUNDLED,
    FileSource,
    SecretSource,
    choose,
    refresh_seconds,
    word,
)

NUMBERED = "projects/p/secrets/injector/versions/3"


def test_without_any_variable_the_bundled_configuration_counts() -> None:
    assert choose({"CONFIG_SECRET": "", "CONFIG_FILE": ""}) == FileSource(BUNDLED)


def test_a_file_goes_before_the_bundled_configuration() -> None:
    source = choose({"CONFIG_FILE": "/etc/injector/config.yaml"})

    assert source == FileSource(Path("/etc/injector/config.yaml"))
    assert source.name == "/etc/injector/config.yaml"
    assert not source.moves


def test_a_secret_goes_before_a_file() -> None:
    source = choose({"CONFIG_SECRET": NUMBERED, "CONFIG_FILE": "config.yaml"})

    assert isinstance(source, SecretSource)
    assert source.name == NUMBERED


@pytest.mark.parametrize(
    ("version", "moves"), [("3", False), ("latest", True), ("stable", True)]
)
def test_a_secrets_version_moves_unless_it_is_a_number(
    version: str, *, moves: bool
) -> None:
    source = choose({"CONFIG_SECRET": f"projects/p/secrets/s/versions/{version}"})

    assert source.moves is moves


@pytest.mark.parametrize(
    "name", ["s", "projects/p/secrets/s", f"{NUMBERED}/x", "projects//secrets/s/a/b"]
)
def test_a_secrets_name_is_that_of_a_version(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        choose({"CONFIG_SECRET": name})

    wanted = "projects/PROJECT/secrets/SECRET/versions/VERSION"
    assert caught.value.problems == (
        Problem("CONFIG_SECRET", f"is {name!r}, want {wanted}"),
    )


@pytest.mark.parametrize(
    ("text", "seconds"), [("30", 30.0), ("0.5", 0.5), ("", None), (None, None)]
)
def test_the_refresh_is_a_number_of_seconds(
    text: str | None, seconds: float | None
) -> None:
    environ = {} if text is None else {"CONFIG_REFRESH_SECONDS": text}

    assert refresh_seconds(environ) == seconds


@pytest.mark.parametrize("text", ["0", "0.0", "-1", "30s", "inf", "1e9", "٣"])
def test_the_refresh_is_nothing_else(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        refresh_seconds({"CONFIG_REFRESH_SECONDS": text})

    message = f"is {text!r}, want a number of seconds above 0"
    assert caught.value.problems == (Problem("CONFIG_REFRESH_SECONDS", message),)


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(b"policy: enabled")

    assert FileSource(file).read(1).data == b"policy: enabled"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("missing.yaml", "No such file or directory"),
        ("folder", "Is a directory"),
        ("file/config.yaml", "Not a directory"),
    ],
)
def test_a_file_that_is_none_is_the_operators_mistake(
    name: str, problem: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    path = tmp_path / name

    with pytest.raises(ConfigError) as caught:
        FileSource(path).read(1)

    assert str(caught.value) == f"cannot read '{path}': {problem}"


def test_a_file_that_fails_in_another_way_may_be_read_later(tmp_path: Path) -> None:
    loop = tmp_path / "config.yaml"
    loop.symlink_to(loop)

    with pytest.raises(ConfigUnavailable) as caught:
        FileSource(loop).read(1)

    assert str(caught.value).startswith(f"{loop}: cannot be read just now: [Errno ")


@pytest.fixture
def source(tmp_path: Path) -> FileSource:
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "a.j2").write_text("ä")
    (folder / "below" / "b.j2").write_text("b")
    (folder / "bytes").write_bytes(b"\xff")
    (folder / "link").symlink_to(folder / "below" / "b.j2")
    (folder / "out").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "folder-2").mkdir()
    (tmp_path / "folder-2" / "c.j2").write_text("c")
    return FileSource(folder / "config.yaml")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.j2", "ä"),
        ("./a.j2", "ä"),
        ("below/b.j2", "b"),
        ("below/../a.j2", "ä"),
        ("link", "b"),
    ],
)
def test_a_template_is_read_beside_the_configuration(
    path: str, text: str, source: FileSource
) -> None:
    assert source.read_file(path) == text


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/hostname", "../folder-2/c.j2", "out"]
)
def test_a_template_outside_of_the_folder_is_refused(
    path: str, source: FileSource
) -> None:
    with pytest.raises(ConfigError) as caught:
        source.read_file(path)

    assert str(caught.value) == f"{path!r} is outside of the configuration's folder"


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("missing", "cannot read 'missing': No such file or directory"),
        ("below", "cannot read 'below': Is a directory"),
        ("bytes", "'bytes' is not UTF-8 text"),
        ("a\0b", "'a\\x00b' is no path"),
    ],
)
def test_a_template_that_cannot_be_read_is_told(
    path: str, problem: str, source: FileSource
) -> None:
    with pytest.raises(ConfigError) as caught:
        source.read_file(path)

    assert str(caught.value) == problem


def test_a_template_is_found_where_the_configuration_is_a_mounted_secret(
    tmp_path: Path,
) -> None:
    # The files of a volume are links into a folder that is replaced as a whole.
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "a.j2").write_text("a")
    (tmp_path / "a.j2").symlink_to(Path("..data", "a.j2"))
    (tmp_path / "config.yaml").symlink_to(Path("..data", "config.yaml"))

    assert FileSource(tmp_path / "config.yaml").read_file("a.j2") == "a"


def test_nothing_lies_beside_a_secret() -> None:
    source = choose({"CONFIG_SECRET": NUMBERED})

    with pytest.raises(ConfigError) as caught:
        source.read_file("a.j2")

    assert str(caught.value) == (
        "'a.j2' cannot be read, nothing lies beside a secret: "
        "write the template's text in its place"
    )


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, "warn"),
        ({"VALIDATION": ""}, "warn"),
        ({"VALIDATION": "warn"}, "warn"),
        ({"VALIDATION": "deny"}, "deny"),
    ],
)
def test_a_variable_is_one_of_its_words(environ: dict[str, str], wanted: str) -> None:
    assert word(environ, "VALIDATION", "warn", "deny") == wanted


def test_another_word_is_a_problem() -> None:
    with pytest.raises(
        ConfigError, match=r"^VALIDATION: is 'Deny', want 'warn' or 'deny'$"
    ):
        word({"VALIDATION": "Deny"}, "VALIDATION", "warn", "deny")
