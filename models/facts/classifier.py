from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel
from scipy.special import log_softmax

from models.facts.features import matrix


class FactsSettings(BaseModel):
    note: str = "stub"


@dataclass(frozen=True)
class FactsClassifier:
    styles: tuple
    W: object

    def log_probabilities(self, table):
        X = matrix(table)
        F = np.concatenate([X, X**2, np.ones((len(X), 1))], 1)
        return log_softmax(F @ self.W, axis=1) if len(X) else np.zeros((0, len(self.styles)))

    def without(self, table, group):
        return self.log_probabilities(table)

    def settings(self):
        return FactsSettings()

    def tensors(self):
        return {"w": self.W}

    @classmethod
    def build(cls, styles, settings, arrays):
        return cls(styles, arrays["w"])
