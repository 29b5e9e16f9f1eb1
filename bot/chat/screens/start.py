"""The first screen, help, and the lists of topics."""

from __future__ import annotations

from bot.chat import actions
from bot.chat.blocks import Block, Button, Heading, Items, Screen, Strong, line
from bot.chat.screens.rows import entry_buttons, home_row, packed, press
from bot.chat.screens.viewer import Viewer
from bot.knowledge.model import Entry

_PAGE = 8
"""Topics on one page: more do not fit on a phone together with the text."""


def start_screen(viewer: Viewer, *, wrong_link: bool = False) -> Screen:
    """What this is, what it is not, and where to begin."""
    _ = viewer.words.text
    blocks: list[Block] = []
    if wrong_link:
        blocks.append(line(_("That link leads nowhere any more. Here is where everything begins.")))
    blocks += [
        line(
            _(
                "I tell you what platforms do with your posts and data to train AI, how to stop it, "
                "what stopping it does not do, and which rights you have."
            )
        ),
        line(_("A program answers here, from texts that people have checked. It is no legal advice.")),
        line(
            _(
                "Chats with bots are not end-to-end encrypted: Telegram can read them. I store no questions. "
                "Nobody here needs a password, a code or an identity card."
            )
        ),
        line(Strong(_("Just ask, or tap."))),
    ]
    rows: list[tuple[Button, ...]] = []
    first = viewer.entry("linkedin.opt-out")
    if first:
        rows.append((press(_("Stop LinkedIn's AI training"), actions.ShowEntry(first.id)),))
    rows += packed(
        [
            press(_("Other platforms"), actions.ShowTopics()),
            press(_("How to ask"), actions.ShowPage("help")),
            press(_("Sources"), actions.ShowPage("sources")),
            press(_("Privacy"), actions.ShowPage("privacy")),
            press(_("Country"), actions.AskRegion()),
            press(_("Language"), actions.AskLanguage()),
        ]
    )
    return Screen(blocks=tuple(blocks), rows=tuple(rows))


def group_start_screen(viewer: Viewer) -> Screen:
    """One line for a group, without a keyboard."""
    text = viewer.words.text(
        "I answer questions about AI training on your data: write /ask and your question here, "
        "or write to me in private, @{name}."
    )
    return Screen(blocks=(line(text.format(name=viewer.bot_name)),))


def help_screen(viewer: Viewer) -> Screen:
    """How to ask, with examples, and the commands."""
    _ = viewer.words.text
    commands = (
        ("/topics", _("everything I know about")),
        ("/checkup", _("your platforms: what is on and off, and what to do first")),
        ("/region", _("your country, since answers differ")),
        ("/language", _("my language")),
        ("/plain", _("new messages instead of changed ones, for screen readers")),
        ("/sources", _("what answers rest on")),
        ("/corrections", _("to be told when an answer that you read was wrong")),
        ("/mydata, /forget", _("what is kept about you; erase it")),
        ("/privacy", _("who runs this, and your rights")),
    )
    return Screen(
        blocks=(
            line(_("Ask in your own words, one question at a time. For example:")),
            Items(
                (
                    (_("how do I stop LinkedIn from training AI on my posts"),),
                    (_("are my private messages used"),),
                    (_("what can I do when they do not answer"),),
                )
            ),
            Items(tuple((Strong(command), f": {what}") for command, what in commands)),
        ),
        rows=((press(_("All topics"), actions.ShowTopics()),), home_row(viewer)),
    )


def topics_screen(viewer: Viewer, *, platform: str = "", page: int = 0) -> Screen:
    """The platforms, or the topics of one of them, a page at a time."""
    _ = viewer.words.text
    entries = _entries(viewer)
    covered = [
        found for found in viewer.base.platforms.values() if any(e.platform == found.id for e in entries)
    ]
    if platform not in {found.id for found in covered}:
        choices = [
            press(found.products or viewer.named(found.name), actions.ShowTopics(found.id))
            for found in covered
        ]
        return Screen(
            blocks=(line(_("What is it about? You can also just ask.")),),
            rows=(*packed(choices, across=3), home_row(viewer)),
        )
    mine = [entry for entry in entries if entry.platform == platform]
    last = (len(mine) - 1) // _PAGE
    page = min(max(page, 0), last)
    shown = mine[page * _PAGE : (page + 1) * _PAGE]
    turn: list[Button] = []
    if page > 0:
        turn.append(press(_("Earlier"), actions.ShowTopics(platform, str(page - 1))))
    if page < last:
        turn.append(press(_("Further"), actions.ShowTopics(platform, str(page + 1))))
    name = viewer.named(viewer.base.platforms[platform].name)
    where = _("page {page} of {pages}").format(page=page + 1, pages=last + 1) if last else ""
    return Screen(
        blocks=(Heading(f"{name}, {where}" if where else name),),
        rows=(
            *packed(entry_buttons(shown, viewer, about=platform)),
            *([tuple(turn)] if turn else []),
            (press(_("All topics"), actions.ShowTopics()), *home_row(viewer)),
        ),
    )


def _entries(viewer: Viewer) -> list[Entry]:
    """All entries, guides first: what a person can do stands before what they can read."""
    english = viewer.base.languages["en"].entries.values()
    found = [viewer.entry(entry.id) or entry for entry in english]
    return sorted(found, key=lambda entry: (entry.guide is None, entry.id != f"{entry.platform}.opt-out"))
