"""Files that editors send, honest and hostile ones."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import warnings
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.editing import uploads
from bot.editing.uploads import Refused, Why, read_upload

EN, DE = "en/linkedin/out.yaml", "de/linkedin/out.yaml"
BASE = {
    EN: b"platform: linkedin\nentries:\n  - id: linkedin.out\n    title: How to switch it off at last\n",
    DE: b"platform: linkedin\nentries:\n  - id: linkedin.out\n    title: Wie man es endlich ausschaltet\n",
    "en/meta.yaml": b"platform: meta\nentries:\n  - id: meta.out\n    title: The way out at this company\n",
    "sources/law.yaml": b"sources:\n  - id: gdpr\n    title: General Data Protection Regulation\n",
}
NEW = b"platform: meta\nentries: []\n"


def packed(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def member(info: zipfile.ZipInfo, data: bytes = NEW) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, data)
    return buffer.getvalue()


def why(name: str, data: bytes, *, place: str = "") -> Why:
    with pytest.raises(Refused) as found:
        read_upload(name, data, BASE, place=place)
    assert str(found.value).endswith(".")
    assert len(str(found.value)) < 300
    return found.value.why


def test_a_yaml_file_replaces_the_one_with_its_name() -> None:
    assert read_upload("meta.yaml", NEW, BASE).changed == {"en/meta.yaml": NEW}
    assert read_upload("C:\\Users\\me\\meta.YML", NEW, BASE).changed == {"en/meta.yaml": NEW}


def test_a_name_that_two_languages_have_is_told_apart_by_the_words() -> None:
    changed = BASE[DE].replace(b"linkedin.out", b"linkedin.new")
    assert read_upload("out.yaml", changed, BASE).changed == {DE: changed}
    assert read_upload("out.yaml", NEW, BASE, place="en").changed == {EN: NEW}
    assert why("out.yaml", NEW) is Why.SEVERAL_PLACES


def test_a_file_with_another_name_is_known_by_what_is_in_it() -> None:
    changed = BASE["en/meta.yaml"] + b"    short: Out\n"
    assert read_upload("meta (2).yaml", changed, BASE).changed == {"en/meta.yaml": changed}


def test_a_new_file_needs_its_path() -> None:
    assert why("new.yaml", NEW) is Why.NO_PLACE
    assert read_upload("new.yaml", NEW, BASE, place="en/meta/new.yaml").changed == {"en/meta/new.yaml": NEW}
    assert why("new.yaml", NEW, place="../../etc/passwd") is Why.NO_PLACE


def test_an_archive_changes_what_is_in_it_and_leaves_the_rest() -> None:
    data = packed(
        {"en/meta.yaml": NEW, DE: BASE[DE], "README.md": b"x", "__MACOSX/._x": b"x", "en/.DS_Store": b""}
    )
    assert read_upload("a.zip", data, BASE).changed == {"en/meta.yaml": NEW}


def test_the_folder_around_everything_is_taken_off() -> None:
    assert read_upload("a.zip", packed({"knowledge/en/meta.yaml": NEW}), BASE).changed == {
        "en/meta.yaml": NEW
    }
    both = packed({"en/meta.yaml": NEW, "en/new.yaml": NEW})
    assert read_upload("a.zip", both, BASE).changed == {"en/meta.yaml": NEW, "en/new.yaml": NEW}


def test_what_is_there_already_is_no_change() -> None:
    assert why("a.zip", packed({DE: BASE[DE]})) is Why.SAME
    assert why("a.zip", packed({})) is Why.EMPTY
    assert why("meta.yaml", b"") is Why.EMPTY


@pytest.mark.parametrize("name", ["a.exe", "a.pdf", "meta.yaml.exe", "yam", "..", "a.json"])
def test_another_kind_of_file_is_refused(name: str) -> None:
    assert why(name, NEW) is Why.WRONG_KIND


def test_an_archive_under_the_name_of_a_yaml_file_is_refused() -> None:
    assert why("meta.yaml", packed({"en/meta.yaml": NEW})) is Why.WRONG_KIND
    assert why("a.zip", NEW) is Why.DAMAGED
    assert why("a.zip", packed({"en/meta.exe": NEW})) is Why.WRONG_KIND


def test_files_that_are_too_large_are_refused() -> None:
    assert why("meta.yaml", b"#" * 20_000_000) is Why.TOO_LARGE
    assert why("a.zip", b"PK" * 10_000_000) is Why.TOO_LARGE


@pytest.mark.parametrize(
    "name",
    [
        "../en/meta.yaml",
        "/en/meta.yaml",
        "en/../../meta.yaml",
        "C:/en/meta.yaml",
        "en\\..\\meta.yaml",
        "en//meta.yaml",
        "./en/meta.yaml",
        "en/meta.yaml\n",
        "en/\u202emeta.yaml",
        "en/" + "a" * 200 + ".yaml",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    assert why("a.zip", member(info)) is Why.BAD_NAME


def test_a_name_with_a_zero_byte_is_refused() -> None:
    data = packed({"en/meta.yamlX": NEW}).replace(b"en/meta.yamlX", b"en/meta.yaml\0")
    assert why("a.zip", data) is Why.BAD_NAME


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind: int) -> None:
    info = zipfile.ZipInfo("en/meta.yaml")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    assert why("a.zip", member(info, b"/etc/passwd")) is Why.LINK


def test_a_password_is_said_to_be_one() -> None:
    data = bytearray(packed({"en/meta.yaml": NEW}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert why("a.zip", bytes(data)) is Why.ENCRYPTED


def test_an_archive_in_an_archive_is_refused_by_name_and_by_content() -> None:
    inner = packed({"en/meta.yaml": NEW})
    assert why("a.zip", packed({"en/inner.zip": inner})) is Why.NESTED
    assert why("a.zip", packed({"en/meta.yaml": inner}, method=zipfile.ZIP_STORED)) is Why.NESTED


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_with_one_name_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("en/meta.yaml", NEW)
        archive.writestr("en/meta.yaml", b"other: x\n")
    assert why("a.zip", buffer.getvalue()) is Why.TWICE
    assert why("a.zip", packed({"en/meta.yaml": NEW, "EN/META.yaml": NEW})) is Why.TWICE


def test_many_files_are_refused_before_their_list_is_read() -> None:
    data = packed({f"en/f{number}.yaml": b"" for number in range(20_000)}, method=zipfile.ZIP_STORED)
    data = data[-uploads.MAX_ARCHIVE :]
    tracemalloc.start()
    try:
        assert why("a.zip", data) is Why.TOO_MANY
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_is_refused_by_the_size_that_it_says() -> None:
    data = packed({f"en/{letter}.yaml": bytes(900_000) for letter in "abcdefghijkl"})
    assert len(data) < 20_000
    tracemalloc.start()
    try:
        assert why("a.zip", data) is Why.UNPACKS_TOO_LARGE
        assert why("a.zip", packed({"en/a.yaml": bytes(50_000_000)})) is Why.UNPACKS_TOO_LARGE
    finally:
        tracemalloc.stop()


def lying(size: int) -> bytes:
    """An archive whose only file has 30 MB and says that it has `size` bytes."""
    content = bytes(30_000_000)
    data = bytearray(packed({"en/meta.yaml": content}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + at, size)
    return bytes(data)


@pytest.mark.parametrize("size", [0, 10, 1_000, 999_999])
def test_a_bomb_that_lies_about_its_size_is_refused_without_being_unpacked(size: int) -> None:
    data = lying(size)
    tracemalloc.start()
    try:
        assert why("a.zip", data) is Why.DAMAGED
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_says_to_be_longer_than_it_is_is_refused() -> None:
    data = bytearray(packed({"en/meta.yaml": NEW}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, len(NEW) + 100)
    assert why("a.zip", bytes(data)) is Why.DAMAGED


def test_a_wrong_check_sum_is_refused() -> None:
    data = bytearray(packed({"en/meta.yaml": NEW}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 16, zlib.crc32(b"other"))
    assert why("a.zip", bytes(data)) is Why.DAMAGED


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_take_much_memory_are_refused(method: int) -> None:
    assert why("a.zip", packed({"en/meta.yaml": NEW}, method=method)) is Why.DAMAGED


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300), st.integers(0, 10_000), st.sampled_from(["a.zip", "meta.yaml", "a", "x.yaml"])
)
def test_whatever_comes_there_is_a_change_or_a_refusal(noise: bytes, at: int, name: str) -> None:
    honest = packed({"en/meta.yaml": NEW, DE: NEW})
    at %= len(honest)
    for data in (noise, honest[:at] + noise + honest[at:], honest[:at] + noise):
        try:
            upload = read_upload(name, data, BASE)
        except Refused as refused:
            assert str(refused)
        else:
            assert upload.changed
