"""Slides: a frame a click, as one page for browsers or as a presentation that can be edited.

Both show pictures as large as the slide is, on the colour of the theme's page, with their captions below as text.
"""

import html
import io
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from scalargrad.pictures.deck import Slide, deck
from scalargrad.pictures.errors import RenderError
from scalargrad.pictures.files import write
from scalargrad.pictures.themes import Theme
from scalargrad.pictures.words import cut

WIDTH, HEIGHT = 960, 540  # of a slide, in points
MARGIN, CAPTION = 18, 84  # points round the picture, and below it for the caption
PIXELS = (1920, 1080)  # of a picture at the most
SIZE, LINES = 28, 2  # of the caption, in points and in lines
ROOM = (WIDTH - 4 * MARGIN) * 16 / SIZE  # of a line of it, as pictures measure, whose letters have 16 points

NO_PPTX = "slides that end in .pptx need the package python-pptx: install it, as in `pip install python-pptx`, or save .html"


def save_slides(path: str | os.PathLike, slides: Callable[[str], Sequence[Slide]], title: str, theme: Theme) -> None:
    """Write slides to a file that ends in .html or .pptx; if that fails, a file that was there stays as it was.

    slides  return them with their pictures in a format, "svg" or "png"
    """
    ending = Path(path).suffix.lower()
    if ending == ".html":
        write(path, deck(slides("svg"), title, theme))
    elif ending == ".pptx":
        write(path, presentation(slides, title, theme))
    else:
        raise ValueError(f"{str(path)!r}: the ending of a file of slides is .html or .pptx")


def presentation(slides: Callable[[str], Sequence[Slide]], title: str, theme: Theme) -> bytes:
    """Return slides as a file of PowerPoint, 16:9, with the captions as their titles."""
    try:
        from pptx import Presentation
        from pptx.util import Pt
    except ImportError:
        raise RenderError(NO_PPTX) from None

    file = Presentation()
    narrow, file.slide_width, file.slide_height = file.slide_width, Pt(WIDTH), Pt(HEIGHT)
    for layout in (file.slide_master, *file.slide_layouts):  # python-pptx brings those of 4:3
        for shape in layout.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = (length * Pt(WIDTH) // narrow for length in (shape.left, shape.width))
    _fill(file.slide_master.background.fill, theme.page)
    file.core_properties.title, file.core_properties.author, file.core_properties.last_modified_by = title, "", ""
    for slide in slides("png"):
        page = file.slides.add_slide(file.slide_layouts.get_by_name("Title Only"))
        picture = page.shapes.add_picture(_without_alpha(slide.picture), 0, 0)
        picture._element.nvPicPr.cNvPr.set("descr", slide.alt)
        room = Pt(WIDTH - 2 * MARGIN), Pt(HEIGHT - 2 * MARGIN - CAPTION)
        scale = min(room[0] / picture.width, room[1] / picture.height)
        picture.width, picture.height = round(picture.width * scale), round(picture.height * scale)
        picture.left = (Pt(WIDTH) - picture.width) // 2
        picture.top = Pt(MARGIN) + (room[1] - picture.height) // 2
        _write_caption(page.shapes.title, " ".join(cut(slide.caption, ROOM, LINES)), theme)
    content = io.BytesIO()
    file.save(content)
    return content.getvalue()


def _without_alpha(picture):
    """A PNG as a file without transparency, which Graphviz leaves at the edges of the page's colour."""
    from PIL import Image  # which python-pptx needs, too

    file = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").save(file, "PNG", compress_level=2)  # quick
    file.seek(0)
    return file


def _write_caption(shape, caption, theme):
    """Write markup into the title of a slide, and put it below the picture."""
    from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
    from pptx.util import Pt

    shape.left, shape.top = Pt(MARGIN), Pt(HEIGHT - MARGIN - CAPTION)
    shape.width, shape.height = Pt(WIDTH - 2 * MARGIN), Pt(CAPTION)
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.MIDDLE
    paragraph, baseline = frame.paragraphs[0], None
    paragraph.alignment = PP_ALIGN.CENTER
    for part in re.findall(r"<[^>]*>|[^<]+", caption):
        if part.startswith("<"):
            baseline = {"<SUB>": "-25000", "<SUP>": "30000"}.get(part)
            continue
        run = paragraph.add_run()
        run.text, run.font.size = html.unescape(part), Pt(SIZE)
        _fill(run.font.fill, theme.text)
        if baseline:
            run.font._element.set("baseline", baseline)


def _fill(fill, colour):
    from pptx.dml.color import RGBColor

    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(colour.removeprefix("#"))
