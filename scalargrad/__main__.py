"""The command `scalargrad`, also to be called as `python -m scalargrad`.

scalargrad draw "sigmoid(a*x + b)" a=2 x=-1 b=0.5 -o graph.svg --slides deck.pptx
scalargrad explain "sigmoid(a*x + b)" a=2 x=-1 b=0.5
scalargrad explore "sigmoid(a*x + b)" a=2 x=-1 b=0.5 -o page.html
scalargrad exercises FOLDER
scalargrad grade SUBMISSIONS -o scores.csv
"""

import argparse
import io
import os
import sys

from scalargrad.engine import Constant, topological_order
from scalargrad.exercises.commands import add_exercises, add_grade
from scalargrad.expression import parse
from scalargrad.nodes import call_text
from scalargrad.pages.explorer import explore
from scalargrad.passes.explain import PASSES, explain, table
from scalargrad.passes.notation import number_text
from scalargrad.passes.steps import node_names
from scalargrad.pictures.boxes import NOT_YET
from scalargrad.pictures.draw import draw
from scalargrad.pictures.errors import RenderError
from scalargrad.pictures.render import FORMATS, TIMEOUT
from scalargrad.pictures.sheet import PORTS
from scalargrad.pictures.themes import THEMES


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        """End with one line, where argparse would print its usage before it."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> None:
    """Run the command with these arguments, or with those of the process.

    Wrong input ends it with exit status 2. So does Ctrl-C with 130, and a reader of its output that has enough, as `head`
    does, with 1; both say nothing.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where a terminal has no ∂
    try:
        try:
            _run(arguments)
        finally:
            print(end="", flush=True)  # here, where a closed pipe can still be caught
    except OSError as error:  # a closed pipe, or a full disk
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python writes when it ends
        if not isinstance(error, BrokenPipeError):
            print(f"scalargrad: {error.strerror}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _run(arguments):
    parser = _Parser(prog="scalargrad", description="A scalar autodiff engine to teach with.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_draw(commands)
    _add_explain(commands)
    _add_explore(commands)
    add_exercises(commands)
    add_grade(commands)
    options, rest = parser.parse_known_args(arguments)
    try:
        options.run(options, rest)
    except OSError as error:
        if error.filename is None:  # of the standard output
            raise
        parser.error(f"{error.filename}: {error.strerror}")
    except (ValueError, RenderError) as error:
        parser.error(" ".join(str(error).split()))


def _add_draw(commands):
    command = _add_command(commands, "draw", "print the values and gradients of an expression, and draw its graph")
    command.add_argument("-o", "--output", metavar="FILE", help="the picture: a file that ends in .svg, .pdf, .png or .dot")
    command.add_argument("--frames", metavar="DIR", help="a folder for the steps of both passes, one picture a step")
    command.add_argument("--format", default="svg", choices=(*FORMATS, "dot"), help="the format of the frames (svg)")
    command.add_argument("--animation", metavar="FILE", help="the frames as one moving picture: .svg or .gif")
    command.add_argument("--slides", metavar="FILE", help="the frames as slides, a frame a click: .html or .pptx")
    command.add_argument("--depth", type=int, metavar="N", help="1 shows each layer or group as one box, 2 those in it")
    command.add_argument("--no-names", action="store_true", help="leave nodes that have no name without one")
    command.add_argument("--no-captions", action="store_true", help="leave out the sentence below each frame")
    command.add_argument("--blank", metavar="NAMES", help="leave numbers out: grad, data, or those of nodes, as in a,b")
    command.add_argument("--theme", default="light", choices=tuple(THEMES), help="the colours (light)")
    command.add_argument("--partials", action="store_true", help="write the local derivative on each edge")
    command.add_argument("--rankdir", default="LR", choices=tuple(PORTS), help="where the arrows point")
    command.add_argument("--operation-nodes", action="store_true", help="give the operations nodes of their own")
    command.add_argument("--max-nodes", type=int, default=500, metavar="N", help="the largest graph to draw (500)")
    command.add_argument("--timeout", type=float, default=TIMEOUT, metavar="SECONDS", help="for each picture (60)")
    command.set_defaults(run=_draw)


def _add_command(commands, name, text):
    """Add a command that takes an expression and the numbers of its names."""
    example = f'example: scalargrad {name} "d = a + b; e = b - c; Y = d * e" a=2 b=3 c=1'
    command = commands.add_parser(name, help=text, description=f"{text.capitalize()}.", epilog=example)
    command.add_argument("expression", help="such as 'sigmoid(a*x + b)'; write -- before one that begins with a minus")
    command.add_argument("values", nargs="*", metavar="name=number", help="the number of each name")
    return command


def _draw(options, rest):
    result, _ = parse(options.expression, **_numbers(options.values + rest))  # the rest: numbers behind an option
    result.backward()
    said = []
    if _files(options):
        picture = draw(
            result,
            theme=options.theme,
            partials=options.partials,
            rankdir=options.rankdir,
            operation_nodes=options.operation_nodes,
            depth=options.depth,
            names=not options.no_names,
            captions=not options.no_captions,
            blank=_blank(options.blank, result),
            max_nodes=options.max_nodes,
            timeout=options.timeout,
        )
        if options.output is not None:
            picture.save(options.output)
            said.append(f"The picture is in {options.output}.")
        if options.frames is not None:
            paths = picture.save_frames(options.frames, options.format)
            said.append(f"The {len(paths)} frames are in {options.frames}, {paths[0].name} to {paths[-1].name}.")
        if options.animation is not None:
            picture.animation().save(options.animation)
            said.append(f"The moving picture is in {options.animation}.")
        if options.slides is not None:
            picture.save_slides(options.slides)
            said.append(f"The slides are in {options.slides}.")
    _print_table(result)
    print("".join(f"\n{sentence}\n" for sentence in said), end="")


def _files(options):
    """The files and folders that are to be written, by their options; one is not to be written over another."""
    named = {"-o": options.output, "--frames": options.frames, "--animation": options.animation, "--slides": options.slides}
    files: dict[str, str] = {}
    for option, path in named.items():
        if path is None:
            continue
        if (other := files.setdefault(os.path.realpath(path), option)) != option:
            raise ValueError(f"{other} and {option} would both write {path}: give each a name of its own")
    return files


def _blank(names, result):
    """What the option --blank says, as `draw` takes it: numbers to leave out, or the nodes of these names."""
    if names in (None, "grad", "data"):
        return names
    called = node_names(topological_order(result))
    nodes = {name: node for node, name in called.items() if not isinstance(node, Constant)}
    for name in names.split(","):
        if name not in nodes:
            raise ValueError(f"--blank {names}: what is left out is grad, data, or of {', '.join(nodes)}, got {name!r}")
    return [nodes[name] for name in names.split(",")]


def _numbers(arguments):
    """Read the arguments that give numbers to names."""
    numbers = {}
    for argument in arguments:
        name, equals, number = argument.partition("=")
        if argument.startswith("-"):
            raise ValueError(f"{argument}: there is no such option; an expression that begins with a minus goes behind --")
        if not equals or not name or not number:
            raise ValueError(f"{argument!r}: a name gets its number in one word, as in a=2")
        if name in numbers:
            raise ValueError(f"{argument!r}: {name} has a number already")
        try:
            numbers[name] = float(number)
        except ValueError:
            raise ValueError(f"{argument!r}: {number!r} is not a number") from None
    return numbers


def _print_table(result):
    """Print what is in the graph of the result, a line for each Value."""
    rows = [("name", "formula", "value", "gradient")]
    called = node_names(topological_order(result))
    for node, name in called.items():
        if not isinstance(node, Constant):
            formula = call_text(node.operation, *(called[value] for value in node.inputs)) if node.operation else ""
            gradient = number_text(node.grad) if node.has_gradient else NOT_YET
            rows.append((name, formula, number_text(node.data), gradient))
    print(*table(rows, "<<>>", least=10), sep="\n")


def _add_explain(commands):
    command = _add_command(commands, "explain", "print the forward and the backward pass of an expression, step by step")
    command.add_argument("--passes", default="both", choices=PASSES, help="forward or backward: leave out the other pass")
    command.add_argument("--latex", action="store_true", help="print it as a piece of a LaTeX document")
    command.add_argument("--max-nodes", type=int, default=500, metavar="N", help="the largest graph to explain (500)")
    command.set_defaults(run=_explain)


def _explain(options, rest):
    result, _ = parse(options.expression, **_numbers(options.values + rest))
    explanation = explain(result, options.passes, options.max_nodes)
    print(explanation.latex if options.latex else explanation)


def _add_explore(commands):
    command = _add_command(commands, "explore", "write a page to play with: leaves to drag, and both passes step by step")
    command.add_argument("-o", "--output", metavar="FILE", required=True, help="the page: a file that ends in .html")
    command.add_argument("--title", default="", help="the title of the page (the expression)")
    command.add_argument("--max-nodes", type=int, default=200, metavar="N", help="the largest graph to explore (200)")
    command.set_defaults(run=_explore)


def _explore(options, rest):
    result, _ = parse(options.expression, **_numbers(options.values + rest))
    explore(result, options.title or options.expression, options.max_nodes).save(options.output)
    print(f"The page is in {options.output}.")


if __name__ == "__main__":
    main()
