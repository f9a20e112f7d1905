"""Docstrings, which are plain text, as reStructuredText: names in single backticks, and tables of options."""

import re

OPTION = re.compile(r"(\S.*?)  +(\S.*)")  # a name, two spaces or more, and what it means
MARKUP = re.compile(r"`([^`]+)`(?=(\w)?)|[\\*|`]|_(?!\w)")


def setup(app):
    app.connect("autodoc-process-docstring", process)
    return {"parallel_read_safe": True}


def process(app, what, name, obj, options, lines):
    """Convert the lines of a docstring in place. The first line of an exercise is the title of its section."""
    if what == "module" and ".exemplars." in name:
        del lines[0]
    lines[:] = converted(lines)


def converted(lines):
    """Return the lines of a docstring as reStructuredText."""
    result, doctest, options = [], False, False
    for line in lines:
        doctest = bool(line.strip()) and (doctest or line.lstrip().startswith(">>>"))
        option = None if doctest else OPTION.fullmatch(line)
        options = bool(option) or (options and line.startswith("  "))  # else the line is not of a table
        if doctest:
            result.append(line)
        elif option:
            result += [f"``{option[1].strip('`')}``", f"    {escaped(option[2])}"]
        else:
            result.append(f"    {escaped(line.strip())}" if options else escaped(line))
    return result


def escaped(line):
    """Return a line in which nothing but code in backticks is markup."""

    def replaced(match):
        code, letter = match.groups()
        return f"``{code}``" + (r"\ " if letter else "") if code else f"\\{match[0]}"

    return MARKUP.sub(replaced, line)
