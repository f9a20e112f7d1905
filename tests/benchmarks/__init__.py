"""What `python tests/benchmark.py` measures beside other libraries.

`measuring.py` lets contenders take turns. `networks.py` has the networks and the data, `by_hand.py` and `libraries.py` the
formulas of others. `gradients.py` compares one loss with its gradients, `training.py` whole training steps. `gpt.py` does so
with the small language model of `names.py`, which `microgpt.py` trains in a process of its own. `jax_target.py` compares the
target "jax" with JAX written by hand. `styles.py` has the Values of other scalar engines, and `large.py` graphs of a million
operations.
"""
