"""How labels are set, with subscripts and superscripts: in LaTeX, and as markup for pictures.

Markup is text with the entities of HTML and the tags <SUB> and <SUP>. What a picture shows is markup, and what is read out
or copied is its plain text.
"""

import functools
import html
import re

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi "
        "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(),
    )
)

LETTERS = {name: letter for letter, name in GREEK.items()} | {"epsilon": "ε", "phi": "φ"}

ESCAPES = {each: f"\\{each}" for each in " #$%&_{}"} | {"\\": r"{\backslash}", "^": r"{\wedge}", "~": r"{\sim}"}
ESCAPES |= {letter: rf"{{\{name}}}" for letter, name in GREEK.items()}

PRIMES = ("′", "″", "‴")

SCRIPTS = r"\[\w+\]|_\{[^{}]+\}|_[^\W_]+|\^\{[^{}]+\}|\^\([^()]+\)|\^[^\W_]+"
NAME = re.compile(rf"(\D+?)(\d*)((?:{SCRIPTS})*)([{''.join(PRIMES)}]?)", re.ASCII)

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_expression(label: str) -> bool:
    """Whether a label needs parentheses in a formula, as does "a*x + b"."""
    return re.search(r"[\s+*/<>=-]", re.sub(r"[_^]\{[^{}]*\}", "", label)) is not None


@functools.lru_cache(maxsize=4096)
def parts(label: str) -> tuple[str, str, str, str]:
    """Return what a label is made of: its stem, its subscript, its superscript and its prime, as far as there are such.

    >>> parts("w[0][1]"), parts("theta_1"), parts("x_{t-1}^2")
    (('w', '0,1', '', ''), ('θ', '1', '', ''), ('x', 't-1', '2', ''))

    A word is the subscript of one letter, as in h_prev, but not of a word, as in learning_rate, unless it is in braces.
    """
    found = NAME.fullmatch(label) if not is_expression(label) else None
    if not found:
        return label, "", "", ""
    stem, digits, scripts, prime = found.groups()
    stem = LETTERS.get(stem, stem)
    below, above = [digits] * bool(digits), list[str]()
    found_scripts = re.findall(SCRIPTS, scripts, re.ASCII)
    words = [script for script in found_scripts if script[0] == "_" and script[1:].isalpha()]
    if len(words) > (len(stem) == 1):
        return label, "", "", ""
    for script in found_scripts:
        (above if script[0] == "^" else below).append(re.sub(r"^[_^]?[\[{]?|[\]}]$", "", script))
    return stem, ",".join(below), ",".join(above), prime


def latex_name(label: str) -> str:
    """Return a label in LaTeX: with its scripts, words upright, and all else escaped.

    >>> print(latex_name("w[0][1]"), latex_name("v12"), latex_name("learning rate"))
    w_{0,1} v_{12} \\mathrm{learning\\ rate}
    """
    stem, below, above, prime = parts(label)
    name = latex_text(stem) if len(stem) == 1 else rf"\mathrm{{{latex_text(stem)}}}"
    above = latex_text(above) + r"\prime" * (PRIMES.index(prime) + 1 if prime else 0)
    return name + (f"_{{{latex_text(below)}}}" if below else "") + (f"^{{{above}}}" if above else "")


def latex_text(text: str) -> str:
    """Return a text in LaTeX, for math mode."""
    return "".join(ESCAPES.get(each, each if each.isascii() else rf"\text{{{each}}}") for each in text)


def escaped(text: str) -> str:
    """Return a text as markup; characters that are none in XML, such as control characters, are replaced."""
    return html.escape(NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(text)))


def markup_name(label: str) -> str:
    """Return a label as markup, with its scripts."""
    stem, below, above, prime = parts(label)
    scripts = ((below, "<SUB>{}</SUB>"), (above, "<SUP>{}</SUP>"))
    return escaped(stem) + "".join(tag.format(escaped(text).replace("-", "−")) for text, tag in scripts if text) + prime


def mathml_name(label: str) -> str:
    """Return a label in MathML, with its scripts.

    >>> mathml_name("w[0]")
    '<msub><mi>w</mi><mtext>0</mtext></msub>'
    """
    stem, below, above, prime = parts(label)
    name = f"<mi>{escaped(stem)}</mi>"
    scripts = [f"<mtext>{escaped(text).replace('-', '−')}</mtext>" for text in (below, above + prime) if text]
    tag = "msubsup" if len(scripts) == 2 else "msub" if below else "msup"
    return f"<{tag}>{name}{''.join(scripts)}</{tag}>" if scripts else name


BELOW = dict(zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"))
ABOVE = dict(zip("0123456789+−=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ"))


def plain(markup: str) -> str:
    """Return markup as text without tags, with the letters that Unicode has for scripts, or with _ and ^.

    >>> plain("x<SUB>t−1</SUB> · w<SUB>0,1</SUB><SUP>2</SUP> &lt; 1")
    'xₜ₋₁ · w_{0,1}² < 1'
    """
    if "<" not in markup and "&" not in markup:
        return markup
    while (text := re.sub(r"<(SU[BP])>([^<>]*)</\1>", _script, markup)) != markup:
        markup = text
    return html.unescape(re.sub("<[^>]*>", "", markup))


def _script(found):
    letters, sign = (BELOW, "_") if found[1] == "SUB" else (ABOVE, "^")
    text = html.unescape(found[2])
    if all(each in letters for each in text) and (len(text) <= 3 or text.isdigit()):
        return "".join(map(letters.__getitem__, text))
    return f"{sign}{found[2]}" if len(text) == 1 else f"{sign}{{{found[2]}}}"
