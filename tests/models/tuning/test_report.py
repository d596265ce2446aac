import io

import pytest
from matplotlib import pyplot
from PIL import Image

from models.tuning.report import write_report
from tests.models.studies import STUDY, open_study, run


@pytest.mark.parametrize(
    ("trials", "given", "names"),
    [
        (0, {}, set()),
        (1, {}, {"history", "rungs"}),
        (9, {"space": "source-grid", "pruner": "none"}, {"history", "importance"}),
    ],
)
def test_a_study_is_drawn_as_far_as_it_has_come(home, trials, given, names):
    search = open_study(home, **given)
    if trials:
        run(search, trials)
    lines, pictures = write_report(home, search.study)
    assert lines[0].startswith(f"study {STUDY}, {trials} trials")
    assert pictures == [home.uri_of(f"reports/tuning/{STUDY}/{n}.png") for n in sorted(names)]
    for name in names:
        image = Image.open(io.BytesIO(home.read(f"reports/tuning/{STUDY}/{name}.png")))
        assert image.width > image.height > 400
    assert not pyplot.get_fignums()


def test_a_report_names_the_best_and_what_failed(home):
    search = open_study(home)
    run(search, 5, failing={3})
    lines, _ = write_report(home, search.study)
    assert lines[1].startswith(f"trial {search.best().number} ")
    assert lines[-1] == "trial 3 failed: training diverged in epoch 2"
