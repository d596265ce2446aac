"""A night on Ceph, by a worker, on PostgreSQL gives the same as a local night."""

from __future__ import annotations

from tests.drills.homes import check_equal, check_keys


def test_the_tables_are_the_same(nights, new_home, reference):
    run_id = nights.finish(new_home)
    check_keys(new_home)
    assert check_equal(new_home, reference) >= 60
    assert nights.server.tasks(run_id)
