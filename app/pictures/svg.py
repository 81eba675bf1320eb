"""A laid-out picture as SVG, and that as PNG."""

from __future__ import annotations

from html import escape

import drawsvg
import resvg_py

from app.pictures.fonts import FAMILY, font_file
from app.pictures.layout import Picture

SCALE = 2


def to_svg(picture: Picture) -> str:
    """One self-contained document; words of the content are escaped."""
    drawing = drawsvg.Drawing(picture.width, picture.height, id_prefix="j", font_family=f"{FAMILY}, Arial, sans-serif")
    drawing.append_title(picture.title)
    drawing.append(drawsvg.Raw(f"<desc>{escape(picture.about)}</desc>"))
    head = drawsvg.Marker(-8, -4, 0, 4, scale=1, orient="auto", id="head")  # its tip is where the line ends
    head.append(drawsvg.Lines(-8, -4, -8, 4, 0, 0, close=True, fill="#7b8794"))
    drawing.append(drawsvg.Rectangle(0, 0, picture.width, picture.height, fill="#ffffff"))
    for box in picture.boxes:
        drawing.append(
            drawsvg.Rectangle(
                box.x, box.y, box.width, box.height, rx=6, fill=box.fill, stroke=box.line, stroke_width=1.5
            )
        )
    for one in picture.arrows:
        drawing.append(
            drawsvg.Line(one.x1, one.y1, one.x2, one.y2, stroke="#7b8794", stroke_width=1.5, marker_end=head)
        )
    for text in picture.texts:
        drawing.append(drawsvg.Text(text.words, text.size, text.x, text.y, fill=text.colour))
    return str(drawing.as_svg())


def to_png(picture: Picture) -> bytes:
    """Twice the size in pixels, with the font of the package, whatever fonts the machine has."""
    return rasterised(to_svg(picture))


def rasterised(svg: str) -> bytes:
    """The same for any drawing of ours."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, skip_system_fonts=True, font_files=[font_file()], font_family=FAMILY,
            sans_serif_family=FAMILY, zoom=SCALE,
        )
    )  # fmt: skip
