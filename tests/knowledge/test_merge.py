"""Three-way merge of folders by block."""

from __future__ import annotations

from hypothesis import given, settings

from bot.knowledge.blocks import WHOLE, cut
from bot.knowledge.merge import ORDER, Conflict, merge
from tests.knowledge.yaml_files import FOLDERS

PATH = "en/p.yaml"


def folder(*entries: str, head: str = "platform: p\nentries:\n", path: str = PATH) -> dict[str, bytes]:
    return {path: (head + "".join(entries)).encode()}


def entry(name: str, title: str = "t") -> str:
    return f"  # about {name}\n  - id: p.{name}\n    title: {title}\n"


def texts(path: str, data: bytes) -> set[str]:
    return {block.text.strip() for block in cut(data, name=path).blocks}


A, B, C = entry("a"), entry("b"), entry("c")
BASE = folder(A, B, C)


@settings(max_examples=40, deadline=None)
@given(FOLDERS, FOLDERS)
def test_merging_with_itself_or_with_what_it_came_from_changes_nothing(
    base: dict[str, bytes], changed: dict[str, bytes]
) -> None:
    for ours, theirs in ((changed, changed), (changed, base), (base, changed)):
        merged = merge(base, ours, theirs)
        assert merged.files == changed
        assert merged.conflicts == ()


@settings(max_examples=40, deadline=None)
@given(FOLDERS, FOLDERS, FOLDERS)
def test_without_a_conflict_the_sides_can_be_exchanged(
    base: dict[str, bytes], ours: dict[str, bytes], theirs: dict[str, bytes]
) -> None:
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert bool(one.conflicts) == bool(other.conflicts)
    if not one.conflicts:
        assert one.files == other.files


@settings(max_examples=40, deadline=None)
@given(FOLDERS, FOLDERS, FOLDERS)
def test_what_a_side_changed_is_in_the_result_or_in_a_conflict(
    base: dict[str, bytes], ours: dict[str, bytes], theirs: dict[str, bytes]
) -> None:
    merged = merge(base, ours, theirs)
    said = b"".join(merged.files.values()).decode()
    said += "".join(text for one in merged.conflicts for text in (one.ours, one.theirs) if text)
    before = {text for path, data in base.items() for text in texts(path, data)}
    for side in (ours, theirs):
        new = {text for path, data in side.items() for text in texts(path, data)} - before
        assert all(text in said for text in new)


def test_changes_of_different_entries_are_both_taken() -> None:
    merged = merge(BASE, folder(entry("a", "ours"), B, C), folder(A, B, entry("c", "theirs")))
    assert merged.files == folder(entry("a", "ours"), B, entry("c", "theirs"))
    assert merged.conflicts == ()


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    changed = folder(entry("a", "same"), B, C)
    assert merge(BASE, {**changed, "x.txt": b"1\n"}, {**changed}).conflicts == ()
    merged = merge(
        BASE, folder(entry("a", "s"), entry("b", "o"), C), folder(entry("a", "s"), B, entry("c", "t"))
    )
    assert merged.files == folder(entry("a", "s"), entry("b", "o"), entry("c", "t"))
    assert merged.conflicts == ()


def test_two_changes_of_one_entry_keep_ours_and_hand_back_all_three() -> None:
    merged = merge(BASE, folder(A, entry("b", "ours"), C), folder(A, entry("b", "theirs"), C))
    assert merged.files == folder(A, entry("b", "ours"), C)
    assert merged.conflicts == (Conflict(PATH, "entries/p.b", B, entry("b", "ours"), entry("b", "theirs")),)


def test_entries_that_both_sides_add_are_both_there() -> None:
    merged = merge(BASE, folder(A, B, C, entry("o")), folder(A, entry("t"), B, C, entry("u")))
    assert merged.files == folder(A, entry("t"), B, C, entry("o"), entry("u"))
    assert merged.conflicts == ()


def test_what_one_side_deleted_and_the_other_left_is_gone() -> None:
    merged = merge(BASE, folder(A, C), folder(A, B, entry("c", "new")))
    assert merged.files == folder(A, entry("c", "new"))


def test_a_change_of_what_the_other_side_deleted_is_a_conflict_either_way() -> None:
    gone, changed = folder(A, C), folder(A, entry("b", "new"), C)
    assert merge(BASE, gone, changed).files == gone
    assert merge(BASE, gone, changed).conflicts == (
        Conflict(PATH, "entries/p.b", B, None, entry("b", "new")),
    )
    assert merge(BASE, changed, gone).files == changed
    assert merge(BASE, changed, gone).conflicts[0].theirs is None


def test_a_new_order_is_taken_from_the_side_that_made_it() -> None:
    merged = merge(BASE, folder(entry("a", "ours"), B, C), folder(C, A, B))
    assert merged.files == folder(C, entry("a", "ours"), B)
    assert merged.conflicts == ()


def test_two_new_orders_are_a_conflict_about_the_order() -> None:
    merged = merge(BASE, folder(B, A, C), folder(C, A, entry("b", "x")))
    assert [one.block for one in merged.conflicts] == [ORDER]
    assert merged.files == folder(entry("b", "x"), A, C)


def test_an_entry_that_moved_to_another_file_keeps_the_change_made_here() -> None:
    theirs = folder(A, C) | folder(B, path="en/q.yaml")
    merged = merge(BASE, folder(A, entry("b", "ours"), C), theirs)
    assert merged.files == folder(A, C) | folder(entry("b", "ours"), path="en/q.yaml")
    assert merged.conflicts == ()
    assert merge(BASE, theirs, folder(A, entry("b", "ours"), C)).files == merged.files


def test_an_entry_that_moved_and_changed_there_conflicts_where_it_is_now() -> None:
    theirs = folder(A, C) | folder(entry("b", "theirs"), path="en/q.yaml")
    merged = merge(BASE, folder(A, entry("b", "ours"), C), theirs)
    assert merged.files == folder(A, C) | folder(entry("b", "ours"), path="en/q.yaml")
    assert merged.conflicts == (
        Conflict("en/q.yaml", "entries/p.b", B, entry("b", "ours"), entry("b", "theirs")),
    )


def test_a_file_that_is_split_in_the_release_takes_the_edits_along() -> None:
    theirs = folder(A, path="en/p/one.yaml") | folder(B, C, path="en/p/two.yaml")
    merged = merge(BASE, folder(A, B, entry("c", "ours")), theirs)
    assert merged.files == folder(A, path="en/p/one.yaml") | folder(
        B, entry("c", "ours"), path="en/p/two.yaml"
    )
    assert merged.conflicts == ()


def test_what_was_added_to_a_file_that_the_other_side_deleted_stays_and_is_said() -> None:
    merged = merge(BASE, folder(A, B, C, entry("new")), {})
    assert merged.files == folder(entry("new"))
    assert merged.conflicts == (Conflict(PATH, "entries/p.new", None, entry("new"), None),)


def test_a_file_that_cannot_be_cut_is_a_conflict_as_a_whole() -> None:
    merged = merge(BASE, folder(A, B), {PATH: b"entries: ["})
    assert merged.files == folder(A, B)
    assert [one.block for one in merged.conflicts] == [WHOLE]
    assert merged.conflicts[0].theirs == "entries: [\n"
