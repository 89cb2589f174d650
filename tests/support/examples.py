"""How many examples a property is tried with: few in each run, the same ones each time; many others in a deep run."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

ORDINARY, DEEP = "ordinary", "deep"
FEW, MANY = 25, 200
LEAST = 20  # with fewer, a property says little


def load_profiles() -> None:
    """Register both, for ``--hypothesis-profile``, and load the ordinary one."""
    # How long an example takes says more of the machine than of the code; tests/bench/ measures that.
    common = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile(ORDINARY, common, max_examples=FEW, derandomize=True)
    settings.register_profile(DEEP, common, max_examples=MANY)
    settings.load_profile(ORDINARY)


def examples(of_a_hundred: int) -> int:
    """How many examples of a property are tried where most properties are tried with a hundred.

    The profile says with how many most are tried; what is slow, or narrow, asks for less than a hundred, and what is wide for more.
    """
    return max(of_a_hundred * settings.default.max_examples // 100, min(of_a_hundred, LEAST))
