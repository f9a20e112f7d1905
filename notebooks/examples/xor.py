"""Exclusive or: four points that no line divides, divided by a hidden layer."""

from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import Adam

POINTS, LABELS = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]


def train(steps=200, seed=0):
    """A network 2-4-1, trained on the four points; return it and its last loss."""
    model = MLP(2, [4, 1], "tanh", seed=seed)
    optimizer = Adam(model.parameters(), lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = binary_cross_entropy([model(point) for point in POINTS], LABELS)
        loss.backward()
        optimizer.step()
    return model, loss.data


def main():
    model, loss = train()
    print(f"loss {loss:.4f}")
    for point, label in zip(POINTS, LABELS):
        print(f"{point[0]} xor {point[1]} is {label}, and the network says {int(model(point) > 0)}")


if __name__ == "__main__":
    main()
