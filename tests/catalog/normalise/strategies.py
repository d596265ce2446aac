"""Text as catalogs write it, and as they do not."""

from hypothesis import strategies as st

_PIECES = (
    "1598 1490 850 99 12 3 1600-10 1590s 16th 1/2 c. ca. about after before begun completed early "
    "mid late first half of the third quarter century centuries BC AD - – / , . ; : ( ) [ ] ? and "
    "or to between cast (cast exhibited May Summer Paris b. d. born died active doc. in Roma, Köln "
    "53 x 44 × cm mm m in. height width diameter depth frame: support: each) (size detail oil "
    "canvas, marble photo museum private collection 00:00:00 1904-06-01 11757 W³adys³aw Ã© õ è ž"
).split()


def catalog_text() -> st.SearchStrategy[str]:
    """Any text, and strings of the pieces that catalogs' texts are made of."""
    pieces = st.lists(st.sampled_from(_PIECES), max_size=12)
    return (
        st.text(max_size=60)
        | st.text("0123456789-/.,()? abcdmsx×'", max_size=24)
        | st.builds(lambda sep, words: sep.join(words), st.sampled_from(["", " "]), pieces)
    )
