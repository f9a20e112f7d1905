"""Tests of how the house is built: the rooms, what they import, and what stands where."""

import ast
import functools
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import scalargrad
from scalargrad import manners
from scalargrad.nodes import registry

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(scalargrad.__path__, "scalargrad.")
    if not re.search(r"__main__|exercises\.(exemplars|graded)", module.name)
)


def floors():
    """The rows of the table of rooms in CONTRIBUTING.md, top down: a row for each floor, with the names of its rooms."""
    rows = re.findall(r"^\| (`.*?`) \|", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [[name.removesuffix(".py").rstrip("/") for name in re.findall(r"`([\w./]+)`", row)] for row in rows]


FLOOR = {room: number for number, rooms in enumerate(floors()) for room in rooms}


def room(module):
    """The room that a module is in: a folder, or the module itself."""
    return module.split(".")[1] if "." in module else "__init__"


@pytest.mark.parametrize("name", MODULES)
def test_no_public_name_shadows_a_module(name):
    """What one gets by a module's name, from the package above it, is the module."""
    module = importlib.import_module(name)
    parent, _, last = name.rpartition(".")
    assert getattr(importlib.import_module(parent), last) is module


def test_every_room_has_a_floor():
    """The table of rooms names every room, and no other."""
    assert {room(name) for name in MODULES} | {"__main__"} == FLOOR.keys()


@pytest.mark.parametrize("name", MODULES)
def test_rooms_import_from_above_only(name):
    """A module imports from rooms above its own in the table, or beside it, also when it does so only when needed."""
    tree = ast.parse(Path(importlib.import_module(name).__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    others = {room(each) for each in imported if each.startswith("scalargrad.")} - {room(name)}
    if name == "scalargrad.graph":
        others.remove("pictures")  # a Graph draws itself, as its users expect
    assert all(FLOOR[other] <= FLOOR[room(name)] for other in others)


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) in ("passes", "pictures", "film")])
def test_properties_say_what_they_are(name):
    """Every public property of a public class of steps, pictures and films has a docstring."""
    module = importlib.import_module(name)
    classes = [
        each for key, each in vars(module).items() if inspect.isclass(each) and each.__module__ == name and key[0] != "_"
    ]
    kinds = property, functools.cached_property
    properties = [(key, each) for kind in classes for key, each in vars(kind).items() if isinstance(each, kinds)]
    assert [key for key, each in properties if key[0] != "_" and not each.__doc__] == []


def test_the_methods_for_type_checkers_are_those_of_values():
    """The list of methods that type checkers read has every operation of the package, and nothing else."""
    tree = ast.parse(inspect.getsource(manners))
    (block,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and len(node.body) > 1
    ]
    listed = {target.id for node in block.body if isinstance(node, ast.Assign) for target in node.targets}
    listed |= {node.name for node in block.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_of_")}
    assert {name for name in listed if not name.startswith("__")} == {
        name for name, apply in registry.items() if apply.__module__ == "scalargrad.operations"
    }
    assert all(hasattr(scalargrad.Value, name) for name in listed)
