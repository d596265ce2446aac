from datetime import UTC, datetime

from catalog import publish
from catalog.status import status_of
from tests.building import put


def test_a_home_at_a_glance(home):
    put(
        home,
        "enriched",
        *(
            {
                "artwork_id": name,
                "catalog": name[0],
                "predicted_style": style,
                "image_status": image,
                "removed": removed,
            }
            for name, style, image, removed in (
                ("x:1", "Rococo", "ok", False),
                ("x:2", None, "missing", False),
                ("x:3", "Rococo", "ok", True),
                ("y:1", None, "missing", False),
            )
        ),
    )
    for day, version, why in ((1, "m1", "the first"), (3, "m3", "better"), (2, "m2", "a try")):
        put(
            home,
            "promotions",
            {
                "promoted_at": datetime(2024, 5, day, tzinfo=UTC),
                "role": "classifier",
                "model_version": version,
                "reason": why,
            },
        )
    put(
        home,
        "runs",
        *(
            {
                "run_id": f"r{hour}",
                "started_at": datetime(2024, 5, 1, hour, tzinfo=UTC),
                "flow": "nightly",
                "catalog": "x" if hour % 2 else None,
                "status": "failed" if hour == 8 else "completed",
                "error": "no such folder" if hour == 8 else None,
            }
            for hour in range(3, 9)
        ),
    )
    status = status_of(home)
    assert status["home"] == home.uri
    assert status["tables"]["enriched"].startswith("4 rows, version ")
    assert set(status["table_versions"]) == {"enriched", "promotions", "runs"}
    assert status["catalogs"] == {
        "x": "2 works, 1 with an image, 1 predicted",
        "y": "1 works, 0 with an image, 0 predicted",
    }
    assert status["champions"] == {"classifier": "m3"}
    assert status["models"] == {"classifier champion": "m3 (better)"}
    assert status["runs"] == [
        "2024-05-01 08:00 nightly  failed no such folder",
        "2024-05-01 07:00 nightly x completed",
        "2024-05-01 06:00 nightly  completed",
        "2024-05-01 05:00 nightly x completed",
        "2024-05-01 04:00 nightly  completed",
    ]
    assert status["published"] is None
    publish.publish(home)
    assert status_of(home)["published"] == home.uri_of(publish.PARQUET)


def test_an_empty_home_has_nothing_and_is_no_error(home):
    status = status_of(home)
    assert status["tables"] == status["catalogs"] == status["champions"] == {}
    assert status["runs"] == []
