"""Tests of slides: a frame a slide, with its caption and its text, in a presentation or on a page."""

import io
import re
import sys
from html import unescape

import pytest
from PIL import Image
from pptx import Presentation

from scalargrad import Value, draw, parse
from scalargrad.nn import MLP, Neuron
from scalargrad.pictures.deck import Slide, deck
from scalargrad.pictures.errors import RenderError
from scalargrad.pictures.picture import contents
from scalargrad.pictures.slides import presentation
from scalargrad.pictures.themes import THEMES

TANH = r">tanh</text>(.*?)</g>"  # what is in its box


@pytest.fixture(scope="module")
def picture():
    """A picture with scripts in its captions."""
    return draw(parse("a * x_1 + 1", a=2, x_1=3)[0], names=True, theme="dark")


@pytest.fixture(scope="module")
def decks(picture, tmp_path_factory):
    """The slides of that picture, as a presentation and as a page."""
    folder = tmp_path_factory.mktemp("slides")
    picture.save_slides(folder / "deck.pptx")
    picture.save_slides(folder / "deck.html")
    return Presentation(folder / "deck.pptx"), (folder / "deck.html").read_text(encoding="utf-8")


def picture_of(slide):
    """The one picture on a slide of a presentation."""
    (shape,) = (shape for shape in slide.shapes if hasattr(shape, "image"))
    return shape


def sections(page):
    """The slides of a page."""
    return re.findall(r"<section.*?</section>", page, re.DOTALL)


def letters(text):
    """A text whose scripts are letters like others, as they are where a program sets them smaller."""
    return text.translate(str.maketrans("₀₁₂₃", "0123"))


def test_a_frame_is_a_slide(picture, decks):
    """Each slide has the caption of its frame as its text, and the text of the frame as that of its picture."""
    frames = picture.frames()
    presentation, page = decks
    assert len(presentation.slides) == len(sections(page)) == len(frames)
    for frame, slide, section in zip(frames, presentation.slides, sections(page)):
        caption = unescape(re.sub("<[^>]*>", "", re.search(r'class="caption">(.*)</p>', section)[1]))
        assert slide.shapes.title.text_frame.text == caption == letters(frame.caption)
        alt = picture_of(slide)._element.nvPicPr.cNvPr.get("descr")
        assert alt == unescape(re.search(r'role="img" aria-label="([^"]*)"', section)[1]) == frame.alt


def test_captions_are_texts_with_scripts(decks):
    """In a presentation an index is a run of its own, below the line, and all text has the colour of the theme."""
    runs = decks[0].slides[2].shapes.title.text_frame.paragraphs[0].runs
    assert [(run.text, run.font._element.get("baseline")) for run in runs[:4]] == [
        ("v", None),
        ("1", "-25000"),
        (" = a · x", None),
        ("1", "-25000"),
    ]
    assert {f"#{run.font.fill.fore_color.rgb}" for run in runs} == {THEMES["dark"].text}
    assert re.search(r"v<SUB>1</SUB> = a · x<SUB>1</SUB>", sections(decks[1])[2])


@pytest.mark.parametrize("drawn", [Value(1.0, "x"), Value(1.0) + 2, MLP(2, [4, 4, 1], seed=0)], ids=str)
def test_pictures_are_at_full_size(drawn, tmp_path):
    """On 16:9 a picture reaches to the margin, in its width or down to the caption, keeps its form, and is sharp."""
    draw(drawn).save_slides(tmp_path / "deck.pptx")
    presentation = Presentation(tmp_path / "deck.pptx")
    width, height = presentation.slide_width, presentation.slide_height
    assert width * 9 == height * 16
    for slide in presentation.slides:
        shape, title = picture_of(slide), slide.shapes.title
        assert shape.top + shape.height <= title.top and title.top + title.height <= height
        assert shape.width / width == pytest.approx(0.9625) or shape.height / height == pytest.approx(0.7778, abs=1e-3)
        across, down = Image.open(io.BytesIO(shape.image.blob)).size
        assert shape.width / shape.height == pytest.approx(across / down, rel=0.01)
        assert 1910 <= across <= 1930 or 1070 <= down <= 1090


def test_pictures_are_opaque(decks):
    """A picture in a presentation has no transparency, and the colour of the page behind it, which is that of the slides."""
    slide = decks[0].slides[0]
    image = Image.open(io.BytesIO(picture_of(slide).image.blob)).convert("RGBA")
    page = THEMES["dark"].page
    assert image.getextrema()[3] == (255, 255)
    assert "#%02X%02X%02X" % image.getpixel((0, 0))[:3] == page
    assert f"#{decks[0].slide_master.background.fill.fore_color.rgb}" == page
    assert f"--page: {page}" in decks[1]


def test_a_long_caption_ends_in_dots(decks):
    """A caption of more than two lines is cut in a presentation, and whole on a page; the text of the picture is whole."""
    long = ", ".join(f"number<SUB>{i}</SUB> = {i}" for i in range(50))
    slides = [Slide(picture_of(decks[0].slides[0]).image.blob, long, f"{letters(long)}. A graph.")]
    content = presentation(lambda format: slides, "Long", THEMES["light"])
    (slide,) = Presentation(io.BytesIO(content)).slides
    text = slide.shapes.title.text_frame.text
    assert 60 < len(text) < 160 and text.endswith(", …")
    assert long.replace("<SUB>", "").replace("</SUB>", "").startswith(text.removesuffix(" …"))
    assert picture_of(slide)._element.nvPicPr.cNvPr.get("descr") == slides[0].alt
    assert long.encode() in deck(slides, "Long", THEMES["light"])


def test_a_long_expression_has_a_short_title(tmp_path):
    """What is too long for a title ends in dots there, as presentations need it."""
    draw(Value(1.0, "long " * 100) * 2, captions=False).save_slides(tmp_path / "deck.html")
    assert re.search("<title>Graph of .{90,110} …</title>", (tmp_path / "deck.html").read_text(encoding="utf-8"))


def test_labels_do_no_harm(tmp_path):
    """A label with tags, quotes and ends of scripts is a text on the page, and in its title and its texts."""
    label = "</script></title></style><img src=x onerror=\"alert('1')\">{{text title}}"
    draw(Value(2.0, label) * 3).save_slides(tmp_path / "deck.html")
    page = (tmp_path / "deck.html").read_text(encoding="utf-8")
    assert "<img" not in page and page.count("</script>") == page.count("</title>") == page.count("</style>") == 1
    assert label in unescape(page) and page.count("{{text title}}") > 3


def test_a_page_is_one_file(decks):
    """A page names no other file and no address, and no name is in it twice."""
    page = decks[1]
    assert not re.search(r'src=|href="(?!#)|://|url\(|@import', page)
    names = re.findall(r' id="([^"]*)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]*)"', page)) == {name for name in names if name.startswith("piece")}


def test_a_page_has_each_box_once():
    """What many frames have in common is on a page once, so that a step more adds little to it."""
    frames = draw(parse("a * x_1 + tanh(b) / 2", a=2, x_1=3, b=1)[0]).frames()
    slides = [Slide(svg, frame.caption, frame.alt) for svg, frame in zip(contents(frames, "svg", captions=False), frames)]
    page = deck(slides, "", THEMES["light"]).decode()
    assert page.count(">tanh</text>") == len(
        {found for svg, *_ in slides for found in re.findall(TANH, svg.decode(), re.DOTALL)}
    )
    assert len(page) < sum(len(svg) for svg, *_ in slides) / 2


def test_without_captions(tmp_path):
    """Slides of a picture that has no captions have none, and a network as circles is one slide."""
    draw(parse("a * x", a=2, x=3)[0], captions=False).save_slides(tmp_path / "deck.html")
    page = (tmp_path / "deck.html").read_text(encoding="utf-8")
    assert len(sections(page)) > 3 and set(re.findall(r'class="caption">(.*)</p>', page)) == {""}
    draw(Neuron(2, seed=0)).save_slides(tmp_path / "deck.html")
    assert len(sections((tmp_path / "deck.html").read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize("name", ["deck.ppt", "deck", "deck.svg"])
def test_other_endings_are_refused(name, tmp_path):
    """A path that ends in something else is refused in a sentence, before anything is made."""
    with pytest.raises(ValueError, match=f"{name}': the ending of a file of slides is .html or .pptx$"):
        draw(Value(1)).save_slides(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_without_the_package(tmp_path, monkeypatch):
    """Where python-pptx is missing, the error says how to get it, and what needs none."""
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(RenderError, match="need the package python-pptx: install it, as in `pip install python-pptx`, or"):
        draw(Value(1)).save_slides(tmp_path / "deck.pptx")
    assert list(tmp_path.iterdir()) == []
