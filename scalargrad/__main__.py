"""The command `scalargrad`, also to be called as `python -m scalargrad`.

    scalargrad draw "sigmoid(a*x + b)" a=2 x=-1 b=0.5 -o graph.svg
    scalargrad exercises FOLDER
    scalargrad grade SUBMISSIONS -o scores.csv
"""

import argparse
import itertools

from scalargrad.draw import draw, gradient_text, number_text
from scalargrad.engine import Constant, topological_order
from scalargrad.exercises.commands import add_exercises, add_grade
from scalargrad.expression import parse
from scalargrad.operation import written
from scalargrad.render import RenderError


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        """End with one line, where argparse would print its usage before it."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> None:
    """Run the command with these arguments, or with those of the process. Wrong input ends it with exit status 2."""
    parser = _Parser(prog="scalargrad", description="A scalar autodiff engine to teach with.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_draw(commands)
    add_exercises(commands)
    add_grade(commands)
    options, rest = parser.parse_known_args(arguments)
    try:
        options.run(options, rest)
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}")
    except (ValueError, RenderError) as error:
        parser.error(" ".join(str(error).split()))


def _add_draw(commands):
    command = commands.add_parser(
        "draw",
        help="print the values and gradients of an expression, and draw its graph",
        description="Print the values and gradients of an expression, and draw its graph.",
        epilog='example: scalargrad draw "d = a + b; e = b - c; Y = d * e" a=2 b=3 c=1 -o graph.svg',
    )
    command.add_argument("expression", help="such as 'sigmoid(a*x + b)'; write -- before one that begins with a minus")
    command.add_argument("values", nargs="*", metavar="name=number", help="the number of each name")
    command.add_argument("-o", "--output", metavar="FILE", help="the picture: a file that ends in .svg, .pdf, .png or .dot")
    command.add_argument("--partials", action="store_true", help="write the local derivative on each edge")
    command.add_argument("--rankdir", default="LR", choices=("LR", "TB", "RL", "BT"), help="where the arrows point")
    command.add_argument("--operation-nodes", action="store_true", help="give the operations nodes of their own")
    command.add_argument("--max-nodes", type=int, default=500, metavar="N", help="the largest graph to draw (500)")
    command.set_defaults(run=_draw)


def _draw(options, rest):
    result, _ = parse(options.expression, **_numbers(options.values + rest))  # the rest: numbers behind an option
    result.backward()
    if options.output is not None:
        picture = draw(
            result,
            partials=options.partials,
            rankdir=options.rankdir,
            operation_nodes=options.operation_nodes,
            max_nodes=options.max_nodes,
        )
        picture.save(options.output)
    _print_table(result)
    if options.output is not None:
        print(f"\nThe picture is in {options.output}.")


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
    """Print what is in the graph of the result, a line for each Value; those without a name are numbered."""
    rows = [("name", "formula", "value", "gradient")]
    nodes = topological_order(result)
    labels = {node.label for node in nodes}
    numbered = (name for name in map("v{}".format, itertools.count(1)) if name not in labels)
    names = {}
    for node in nodes:
        if isinstance(node, Constant):
            names[node] = number_text(node.data)
        else:
            names[node] = node.label or next(numbered)
            formula = written(node.operation, *(names[value] for value in node.inputs)) if node.operation else ""
            rows.append((names[node], formula, number_text(node.data), gradient_text(node)))
    columns = []
    for align, width, *column in zip("<<>>", (0, 0, 10, 10), *rows):
        columns.append([f"{text:{align}{max(width, *map(len, column))}}" for text in column])
    for row in zip(*columns):
        print("  ".join(row))


if __name__ == "__main__":
    main()
