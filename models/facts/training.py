import numpy as np
from sklearn.linear_model import LogisticRegression

from catalog.errors import TooFewArtworksError
from models.facts.classifier import FactsClassifier
from models.facts.features import matrix


def train_facts(table, styles, *, seed):
    y = np.array([styles.index(s) for s in table["style"].to_pylist()], int)
    if len(set(y.tolist())) < 2:
        raise TooFewArtworksError("training needs facts of at least two styles")
    X = matrix(table)
    F = np.concatenate([X, X**2], 1)
    m = LogisticRegression(max_iter=500).fit(F, y)
    W = np.zeros((F.shape[1] + 1, len(styles)))
    W[-1] = -8
    co = m.coef_ if len(m.classes_) > 2 else np.concatenate([-m.coef_, m.coef_])
    ic = m.intercept_ if len(m.classes_) > 2 else np.concatenate([-m.intercept_, m.intercept_])
    W[:-1, m.classes_] = co.T
    W[-1, m.classes_] = ic
    return FactsClassifier(tuple(styles), W)


def cross_validate_facts(table, styles, folds, *, seed):
    import pyarrow as pa

    out = np.zeros((table.num_rows, len(styles)))
    for f in np.unique(folds):
        i = folds == f
        out[i] = train_facts(table.filter(pa.array(~i)), styles, seed=seed).log_probabilities(
            table.filter(pa.array(i))
        )
    return out
