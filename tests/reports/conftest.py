"""Pages show what models predict: the classifiers that tests of models train."""

from tests.models.conftest import trained_facts

__all__ = ["trained_facts"]
