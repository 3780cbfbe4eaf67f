"""One file for name, logo and colours: what it may say, and that every colour can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser.workspace import REPOSITORY, dashboard_settings

from dashboards.app import create_app
from dashboards.theme import contrast, default_theme, palette, read_theme
from python_jobs.errors import P360Error


def test_the_default_colours_of_words_can_be_read() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for scheme in ("light", "dark"):
        one = palette(scheme)
        for word in (one.text, one.muted, one.accent, one.good, one.bad):
            assert contrast(word, one.paper) >= 4.5
        assert contrast(one.warn, one.warn_soft) >= 4.5


def test_every_colour_of_the_style_sheet_is_one_of_the_theme() -> None:
    style = (REPOSITORY / "dashboards" / "assets" / "app.css").read_text("utf-8")
    asked = set(re.findall(r"var\((--[a-z-]+)\)", style))
    given = set(re.findall(r"(--[a-z-]+):", default_theme().style()))
    own = set(re.findall(r"(--[a-z-]+):", style))
    by_element = {"--at", "--color", "--from", "--part", "--room", "--heat"}  # Blocks set these.
    assert asked <= given | own | by_element


def test_sizes_of_text_and_room_between_things_are_those_of_one_scale() -> None:
    folder = REPOSITORY / "dashboards" / "assets"
    style = "".join(file.read_text("utf-8") for file in sorted(folder.glob("*.css")))
    sizes = set(re.findall(r"font-size: ([\d.]+)px", style))
    assert sizes <= {"12", "13", "14", "16", "24", "28"}
    between = re.findall(r"(?<![\w-])(?:padding|margin|gap)(?:-\w+)?: ([^;}]*)", style)
    room = {one for text in between for one in re.findall(r"(?<![-\d.])([\d.]+)px", text)}
    columns = {"58"}  # Of the ticks of small multiples.
    assert room <= {"2", "4", "6", "8", "12", "16", "24", "32", "48", "64"} | columns


def test_a_project_has_its_own_name_logo_and_colours(tmp_path: Path) -> None:
    settings = dashboard_settings(tmp_path)
    folder = settings.project_dir
    (folder / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "theme.yml").write_text(
        "name: Example Ltd\nlogo: logo.svg\nlight: {accent: '#7a1fa2'}\n", "utf-8"
    )
    theme = read_theme(folder)
    assert theme.palette("light").accent == "#7a1fa2"
    assert theme.palette("light").good == palette("light").good
    assert theme.palette("dark") == palette("dark")
    app = create_app(settings)
    assert "--accent:#7a1fa2;" in app.index_string
    head = str(app.layout())
    assert "Example Ltd" in head
    assert "data:image/svg+xml;base64," in head


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour: red", "key 'colour'"),
        ("light: {accnt: '#000000'}", r"colour 'light\.accnt'"),
        ("dark: {accent: red}", r"dark\.accent 'red'; use one such as"),
        ("light: {accent: '#dddddd'}", r"contrast of 1\.4 on the paper #ffffff; words need 4\.5"),
        ("logo: logo.exe", "logo 'logo.exe'"),
        ("- a", "holds no keys"),
        ("a: [", "is no YAML"),
    ],
)
def test_a_wrong_theme_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "theme.yml").write_text(text, "utf-8")
    with pytest.raises(P360Error, match=message):
        read_theme(tmp_path)
