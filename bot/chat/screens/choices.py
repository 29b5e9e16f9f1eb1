"""The choices that a member makes: country and language."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import actions
from bot.chat.blocks import Button, Screen, line
from bot.chat.screens.rows import home_row, packed, press, region_buttons
from bot.chat.screens.viewer import Viewer
from bot.chat.wording import Words


def region_screen(viewer: Viewer, *, entry: str = "", not_found: bool = False) -> Screen:
    """Asks for the country, and says why and what is kept."""
    _ = viewer.words.text
    current = viewer.place_name
    blocks = [line(_("Where do you live? Laws and settings differ, so do my answers."))]
    if not_found:
        blocks.insert(0, line(_("I don't know that place. Tap one, or write for example: /region Austria")))
    elif current:
        blocks.append(
            line(_("Now: {place}. To change it, tap or write: /region Austria").format(place=current))
        )
    else:
        blocks.append(
            line(_("Your choice is kept encrypted, until /forget. For one country, write: /region Austria"))
        )
    return Screen(blocks=tuple(blocks), rows=(*region_buttons(viewer, entry=entry), home_row(viewer)))


def moved_screen(viewer: Viewer, *, region: str, name: str, entry: str = "") -> Screen:
    """Asks whether a place that a sentence named is where the member lives now."""
    _ = viewer.words.text
    yes = press(_("Yes, {place}").format(place=name), actions.SetRegion(region, entry))
    no = press(_("No, as before"), actions.ShowEntry(entry) if entry else actions.Home())
    return Screen(
        blocks=(line(_("Shall I answer for {place} from now on?").format(place=name)),), rows=((yes,), (no,))
    )


def region_set_screen(viewer: Viewer) -> Screen:
    """Confirms the choice of a country."""
    _ = viewer.words.text
    if viewer.place is None:
        text = _("All right. I show the text for the EU and say where it differs. /region changes that.")
    else:
        text = _("From now on I answer for: {place}. /region changes that.").format(place=viewer.place_name)
    return Screen(blocks=(line(text),), rows=(home_row(viewer),))


def language_screen(viewer: Viewer, languages: Sequence[Words], *, not_found: bool = False) -> Screen:
    """The languages that the interface speaks."""
    _ = viewer.words.text
    choices: list[Button] = [press(found.name, actions.SetLanguage(found.code)) for found in languages]
    text = _("Which language shall I speak?") if len(languages) > 1 else _("For now I speak English only.")
    blocks = [line(text)]
    if not_found:
        blocks.insert(0, line(_("I don't speak that language yet.")))
    return Screen(blocks=tuple(blocks), rows=(*packed(choices), home_row(viewer)))


def language_set_screen(viewer: Viewer) -> Screen:
    """Confirms the choice of a language, in that language."""
    _ = viewer.words.text
    return Screen(
        blocks=(line(_("From now on I speak {language}.").format(language=viewer.words.name)),),
        rows=(home_row(viewer),),
    )


def plain_screen(viewer: Viewer) -> Screen:
    """Says whether plain mode is on, and what it is."""
    _ = viewer.words.text
    if viewer.plain:
        text = _("Plain mode is on: I send new messages instead of changing old ones, for screen readers.")
        further = _(
            "In a guide you may also write instead of tapping: done, back, later, again, looks different."
        )
        button = press(_("Turn plain mode off"), actions.SetPlain("off"))
        return Screen(blocks=(line(text), line(further)), rows=((button,), home_row(viewer)))
    text = _("Plain mode is off: a tap changes the message that it stands under.")
    button = press(_("Turn plain mode on"), actions.SetPlain("on"))
    return Screen(blocks=(line(text),), rows=((button,), home_row(viewer)))
