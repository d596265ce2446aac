import io

import pytest
from matplotlib import _pylab_helpers
from PIL import Image

from models.tuning import plots as tuning_plots
from models.tuning import report as tuning_report
from models.tuning.search import Budget
from models.tuning.trials import write
from tests.models.studies import STUDY, new_search, run_all


@pytest.mark.parametrize(
    ("trials", "given", "names"),
    [
        (1, {}, {"history", "rungs"}),
        (36, {}, {"history", "rungs", "importance"}),
        (9, {"space": "source-grid", "pruner": "none"}, {"history", "importance"}),
    ],
)
def test_a_study_is_drawn_as_far_as_it_has_come(trials, given, names):
    pictures = tuning_plots.draw(STUDY, run_all(new_search(**given), trials))
    assert set(pictures) == names
    for png in pictures.values():
        image = Image.open(io.BytesIO(png))
        assert image.format == "PNG"
        assert image.width > image.height > 400
    assert not _pylab_helpers.Gcf.get_all_fig_managers()


def test_nothing_is_drawn_of_nothing():
    assert tuning_plots.draw(STUDY, []) == {}
    assert tuning_plots.draw(STUDY, run_all(new_search(), 1, rungs=0)) == {}


def test_a_report_names_the_best_and_what_failed(home):
    search = new_search()
    run_all(search, 8)
    search.fail(search.next(Budget(9, 1.0), 0.0).number, "training diverges in epoch 2")
    for row in search.rows.values():
        write(home, row)
    report = tuning_report.write(home, STUDY)
    best = search.best()
    assert report.lines[0].startswith(f"study {STUDY}, 9 trials: ")
    assert report.lines[1].startswith(f"trial {best.number} ")
    assert f"| {best.number} | {best.value:.3f} |" in report.markdown
    assert "trial 8 failed: training diverges in epoch 2" in report.markdown
    assert [home.exists(f"reports/tuning/{STUDY}/{n}.png") for n in ("history", "rungs")] == [
        True
    ] * 2
