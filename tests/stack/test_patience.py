"""A start is given up when nothing moves, not when a clock says so."""

from __future__ import annotations

import os
from dataclasses import dataclass

from stack.supervisor.patience import Patience, work_of


@dataclass
class Starting:
    """A process that starts, by what it has used up to now; and the time."""

    now: float = 0.0
    cpu: float = 0.0
    transferred: int = 0
    held_up: bool = False

    def patience(self, seconds: float) -> Patience:
        return Patience(seconds, lambda: (self.cpu, self.transferred), lambda: self.held_up, lambda: self.now)

    def goes_on(self, patience: Patience, seconds: int) -> bool:
        """Let time pass, a second at a time, until patience is over."""
        for _ in range(seconds):
            self.now += 1
            if patience.is_over():
                return False
        return True


def test_a_process_that_does_nothing_is_given_up_after_the_deadline() -> None:
    starting = Starting()
    patience = starting.patience(60)
    assert starting.goes_on(patience, 60)
    assert not starting.goes_on(patience, 1)


def test_one_that_works_slowly_is_waited_for_as_long_as_it_does() -> None:
    starting = Starting()
    patience = starting.patience(60)
    for _ in range(20):  # 7 % of a core: it shares one with a dozen others
        assert starting.goes_on(patience, 30)
        starting.cpu += 2.1
    assert starting.goes_on(patience, 60)
    assert not starting.goes_on(patience, 61)


def test_one_that_only_looks_again_and_again_is_given_up() -> None:
    starting = Starting()
    patience = starting.patience(60)
    for _ in range(30):
        starting.goes_on(patience, 2)
        starting.cpu += 0.02
    assert not starting.goes_on(patience, 10)


def test_one_that_reads_or_writes_a_lot_is_waited_for() -> None:
    starting = Starting()
    patience = starting.patience(60)
    for _ in range(10):
        assert starting.goes_on(patience, 50)
        starting.transferred += 10_000_000


def test_the_time_in_which_something_else_is_in_the_making_does_not_count() -> None:
    starting = Starting(held_up=True)
    patience = starting.patience(60)
    assert starting.goes_on(patience, 600)
    starting.held_up = False
    assert starting.goes_on(patience, 60)
    assert not starting.goes_on(patience, 1)


def test_what_a_process_and_its_children_use_is_counted() -> None:
    cpu, transferred = work_of(os.getpid())
    assert cpu > 0
    assert transferred >= 0
    assert work_of(2**22 + 1) == (0.0, 0)  # it has ended
