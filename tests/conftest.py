"""What all tests share: hypothesis without deadlines, for machines are noisy and PyTorch's first call is slow."""

from hypothesis import settings

settings.register_profile("scalargrad", deadline=None)
settings.load_profile("scalargrad")
