"""What `python tests/benchmark.py` measures beside other libraries.

`measuring.py` lets contenders take turns. `networks.py` has the networks and the batches, `by_hand.py` and `libraries.py` the
formulas of others. `gradients.py` compares one loss with its gradients, `training.py` whole training steps, `gpt.py` a
small language model, with `microgpt.py` in a process of its own. `styles.py` has the Values of other scalar engines, and
`large.py` graphs of a million operations.
"""
