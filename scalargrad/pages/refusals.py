"""What the rule of an operation refuses, and why: a logarithm needs a positive number.

The rule is run on guesses, numbers of which nothing is known: whatever it asks about them is answered, one question with
yes in each run. Where it raises an error, that is a reason.

>>> refusals(Value(2.0).log())
['the logarithm needs a positive number']
"""

from scalargrad.engine import Constant, Value
from scalargrad.program.symbols import Symbol, complete


class Answers:
    """Stands for the trace of symbols. It writes nothing down, and answers one of the questions with yes."""

    def __init__(self, yes: int) -> None:
        self.yes, self.asked = yes, 0

    def write(self, *_):
        return Guess(self, 0)


class Guess(Symbol):
    """A number of which nothing is known."""

    __slots__ = ()

    def __bool__(self):
        self.trace.asked += 1
        return self.trace.asked == self.trace.yes


def refusals(node: Value) -> list[str]:
    """Return why the operation of a node may refuse its inputs."""
    complete()
    reasons: list[str] = []
    answers = Answers(0)
    while answers.asked >= answers.yes:
        answers = Answers(answers.yes + 1)
        try:
            node.operation.rule(*(x.data if isinstance(x, Constant) else Guess(answers, 0) for x in node.inputs))
        except (ValueError, ArithmeticError) as error:
            reasons.append(str(error))
    return reasons
