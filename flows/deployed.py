"""Entry points of the flows for deployments on a Prefect server."""

from __future__ import annotations

from prefect import flow

from flows import enrich as _enrich
from flows import evaluate as _evaluate
from flows import ingest as _ingest
from flows import maintain as _maintain
from flows import nightly as _nightly
from flows import train as _train
from flows import tune as _tune
from tasks.prefect_logs import set_up_prefect_logs

set_up_prefect_logs()

nightly = flow(name="nightly")(_nightly.nightly)
ingest = flow(name="ingest")(_ingest.ingest)
train = flow(name="train")(_train.train)
tune = flow(name="tune")(_tune.tune)
evaluate = flow(name="evaluate")(_evaluate.evaluate)
enrich = flow(name="enrich")(_enrich.enrich)
maintain = flow(name="maintain")(_maintain.maintain)
