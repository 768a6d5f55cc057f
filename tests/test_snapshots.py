"""The controls and the figures are those that are stored."""

import pytest

from tests.snapshots import SNAPSHOTS, path, text


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_all_is_as_it_is_stored(name: str) -> None:
    assert text(name) == path(name).read_text(encoding="utf-8")
