"""Pages to play with: one HTML file each, which needs no network.

What is computed in a page is computed by programs that were compiled from the rules.

page        a page, which shows itself in a notebook and is saved
explorer    a graph whose leaves are dragged, and both passes over it step by step
sentences   what is said of a graph, with places for numbers
refusals    what operations refuse, and why
playground  a network that is trained in the page
network     its units, found in the graph
neurons     the scalar graphs of its neurons
kernel      schedules run by JavaScript, in `kernel.js`; `training.js` trains with two of them
live        a graph as Graphviz has laid it out, whose numbers, arrows and colours a script can change
numbers     all numbers of a graph: data, gradients and local derivatives, as Values to be compiled
"""
