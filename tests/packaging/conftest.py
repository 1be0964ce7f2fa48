from __future__ import annotations

from pathlib import Path

import pytest
from installed import Install
from workbench.fresh import built_distributions, fresh_environment


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the sdist."""
    return built_distributions(tmp_path_factory.mktemp("distributions"))


@pytest.fixture(scope="session")
def install(distributions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Install:
    def make(extra: str = "", *others: str) -> Path:
        wish = f"{distributions[0]}[{extra}]" if extra else str(distributions[0])
        return fresh_environment(tmp_path_factory.mktemp("fresh") / "venv", [wish, *others])

    return make
