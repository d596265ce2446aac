-- What a mapping does with values: a column has a list of them, with a null for each that means missing.

CREATE OR REPLACE TEMP MACRO mapped_trimmed(given) AS
trim(given, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(65279));

CREATE OR REPLACE TEMP MACRO mapped_values(given, separator, missing) AS
list_transform(
    string_split(replace(given, separator, chr(31)), chr(31)),
    LAMBDA value:
    CASE WHEN NOT list_contains(missing, mapped_trimmed(value)) THEN nullif(mapped_trimmed(value), '') END
);

-- A single value belongs to each value of another column.
CREATE OR REPLACE TEMP MACRO mapped_at(given, place) AS
CASE WHEN len(given) = 1 THEN given[1] ELSE given[place] END;

CREATE OR REPLACE TEMP MACRO mapped_where(given, other, wanted) AS
list_transform(
    range(1, coalesce(len(given), 0) + 1),
    LAMBDA place: CASE WHEN list_contains(wanted, mapped_at(other, place)) THEN given[place] END
);

CREATE OR REPLACE TEMP MACRO mapped_matches(given, pattern, replacement) AS
list_transform(
    given,
    LAMBDA value:
    CASE
        WHEN regexp_full_match(value, pattern)
            THEN nullif(mapped_trimmed(regexp_replace(value, pattern, replacement)), '')
    END
);

CREATE OR REPLACE TEMP MACRO mapped_joined(given, separator) AS
nullif(array_to_string(given, separator), '');

-- A text without the brackets around it, or the one that a separator left: `(French`.
CREATE OR REPLACE TEMP MACRO mapped_bare(given) AS
CASE
    WHEN given[1:1] = '(' OR strpos(given, '(') = 0 THEN trim(given, ' ()')
    ELSE given
END;

-- Values whose places count, as those of several artists: a place without a value stays empty.
CREATE OR REPLACE TEMP MACRO mapped_in_places(given, separator) AS
CASE
    WHEN list_any_value(list_transform(given, LAMBDA value: nullif(value, ''))) IS NOT NULL
        THEN array_to_string(list_transform(given, LAMBDA value: coalesce(value, '')), separator)
END;

-- The year of a date in numbers; null for the numbers that do not mean a year.
CREATE OR REPLACE TEMP MACRO mapped_year(given) AS
CASE
    WHEN NOT regexp_full_match(trim(given, ' ()[]'), '(0+|9999)(\.0+)?|0000-.*|-1')
        THEN
            regexp_replace(
                regexp_replace(
                    trim(given, ' ()[]'), '^(-?[0-9]+)(\.0+|-(0[1-9]|1[0-2])(-[0-3][0-9]([T ].*)?)?)$', '\1'
                ),
                '^[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{4})$',
                '\1'
            )
END;

CREATE OR REPLACE TEMP MACRO mapped_era(given) AS
CASE
    WHEN regexp_full_match(given, '-[0-9]+') THEN given[2:] || ' BC'
    WHEN regexp_full_match(given, '[0-9]{1,2}') THEN 'AD ' || given
    ELSE given
END;

CREATE OR REPLACE TEMP MACRO mapped_life(births, deaths, place) AS
concat_ws(
    ', ',
    'born ' || mapped_era(mapped_year(births[place])),
    'died ' || mapped_era(mapped_year(deaths[place]))
);

CREATE OR REPLACE TEMP MACRO mapped_lives(births, deaths) AS
list_transform(
    range(1, greatest(len(births), len(deaths), 0) + 1),
    LAMBDA place: mapped_life(births, deaths, place)
);

-- From the first to the last year, or the one of them that is known.
CREATE OR REPLACE TEMP MACRO mapped_span(earliest, latest) AS
CASE
    WHEN earliest = latest OR latest IS NULL THEN mapped_era(earliest)
    WHEN earliest IS NULL THEN 'before ' || mapped_era(latest)
    ELSE mapped_era(earliest) || '-' || mapped_era(latest)
END;

-- A measure with its side and unit; a size of nothing was not measured.
CREATE OR REPLACE TEMP MACRO mapped_side(side, measure, unit) AS
CASE
    WHEN regexp_full_match(measure, '0*([.,]0*)?') THEN NULL
    WHEN regexp_matches(measure, '[[:alpha:]"''″′”]') THEN side || ' ' || measure
    ELSE rtrim(side || ' ' || measure || ' ' || coalesce(unit, ''))
END;
