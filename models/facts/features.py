import numpy as np

GROUPS = ("date", "life")
COLUMNS = (
    "date_earliest",
    "date_latest",
    "born",
    "died",
    "active_from",
    "active_to",
    "nationality",
    "base_given",
    "profession",
    "technique",
    "form",
    "type_given",
    "height_cm",
    "width_cm",
    "depth_cm",
    "diameter_cm",
    "location",
    "title",
)


def has_facts(table):
    return (
        np.any(
            [
                np.array([v is not None for v in table[c].to_pylist()], bool)
                for c in (
                    "date_earliest",
                    "date_latest",
                    "born",
                    "died",
                    "active_from",
                    "active_to",
                    "nationality",
                    "technique",
                    "form",
                    "height_cm",
                )
            ],
            axis=0,
        )
        if table.num_rows
        else np.zeros(0, bool)
    )


def matrix(table):
    def col(c):
        return np.array([np.nan if v is None else float(v) for v in table[c].to_pylist()])

    X = np.stack([col("date_earliest"), col("born"), col("died")], 1)
    return np.nan_to_num((X - 1600) / 200, nan=0.0)
