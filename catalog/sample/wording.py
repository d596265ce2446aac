"""The words of the titles: for each scene what such works are called, and what fits the gaps."""

from __future__ import annotations

_TITLES = """
icon: madonna and child enthroned | virgin and child with angels | maestà |
    madonna and child with two donors | the virgin in majesty | altarpiece: central panel |
    virgin and child enthroned with {saint} and {saint}
saints: {saint}, {saint} and {saint} | polyptych: {saint} and {saint} | four saints |
    altarpiece of {saint} (left wing) | saints in an arcade | triptych with {saint} |
    predella: {saint} and {saint}
annunciation: the annunciation | annunciation with a donor | the annunciation to mary |
    angel of the annunciation and virgin annunciate | the annunciation (detail)
madonna: madonna and child | madonna of the {flower} | virgin and child in a landscape |
    madonna and child with {saint} and {saint} | the holy family with {saint} |
    madonna and child with the infant st john | sacra conversazione
illumination: book of hours: the month of {month} | psalter: {saint} and {saint} |
    bible: the court of king david | missal: initial with {saint} |
    chronicle: the arrival of the envoys | breviary (folio {folio})
portrait: portrait of a man | portrait of a woman | self-portrait |
    portrait of a young {trade} | portrait of {given} {family} | {given} {family} |
    portrait of a lady with a {thing} | head of a {trade} | portrait of the artist's {kin} |
    study of a head
crowd: the adoration of the magi | the martyrdom of {saint} | the raising of lazarus |
    christ driving the traders from the temple | the conversion of {saint} |
    the finding of moses | judith and her maid | the judgment of solomon | the death of {hero} |
    the last supper | the miracle of {saint}
nativity: the nativity | the adoration of the shepherds | the nativity at night |
    the adoration of the shepherds (detail) | the birth of the virgin
fete: fête galante in a park | the {thing} lesson | the swing | a concert in the garden |
    the embarkation | company by a fountain | the picnic | blind man's buff |
    the declaration of love
labour: the gleaners | harvest near {place} | the sowers | labourers resting | the haymakers |
    peasants returning from the field | planting potatoes | the end of the day |
    the stone breakers of {place}
apotheosis: the assumption of the virgin | the apotheosis of {hero} | the triumph of {virtue} |
    allegory of {virtue} | the glory of {saint} | the council of the gods |
    ceiling painting (detail)
frieze: the oath of {hero} | the death of {hero} | {hero} taking leave of his family |
    {hero} and his sons | the farewell of {hero} | the lament of {hero} |
    {hero} before the judges | vestals
interior: interior with a woman reading | the letter | the {thing} lesson | a visit |
    the kitchen | interior in {place} | the young mother | woman at a window | the seamstress |
    courtyard room with figures
still life: still life with {fruit} | still life with {fruit} and a jug |
    {fruit} on a white cloth | still life with flowers | flowers in a vase |
    breakfast piece with {fruit} | still life | a basket of {fruit}
landscape: landscape with a river | view of {place} | the road to {place} |
    landscape near {place} | landscape with travellers | the edge of the wood |
    fields near {place} | the mill at {place} | landscape with {saint} | trees by a path
sublime: wanderer in the mountains | mountain landscape | ruin of an abbey | the abyss |
    landscape with a ruin | the high peaks near {place} | mist in the valley |
    two men before the mountains | the hermit
sea: view of the harbour at {place} | ships off the coast of {place} | marine | the wreck |
    fishing boats at {place} | the return of the fleet | the beach at {place} | calm sea |
    ships in a breeze
garden: water lilies | poppies near {place} | the artist's garden at {place} | the pond |
    woman with a parasol | spring at {place} | in the meadow | irises by the river |
    flowering orchard
temple: landscape with a temple | ideal landscape | view of the temple at {place} |
    landscape with {hero} | the tomb of {hero} | arcadian landscape
street: the boulevard | street in {place} | the market street | the rue de {place} |
    a street scene | the quarter of {saint} | sunday in {place}
canal: view of the grand canal | the basin with the church of {saint} | the harbour of {place} |
    canal in {place} | regatta on the canal | the customs house
muse: spring | the dance | poster for the theatre of {place} | {month} | the reverie |
    the evening star | poetry | woman with {flower} | poster for an exhibition in {place}
panel: decorative panel with {flower} | design for a window | {flower} | plate 7: {flower} |
    wallpaper design with {flower} | decorative panel | design for a screen
statue: {saint} | bust of {given} {family} | {hero} | {virtue} | david | tomb figure |
    bust of a man | allegorical figure | nymph | the dying {hero}
facade: façade of the church of {saint} | exterior view | the palace of {place} | main façade |
    view of the façade | town house in {place} | the church of {saint}
"""

_WORDS = """
saint: st jerome | st catherine | st sebastian | st barbara | st francis | st lucy | st george |
    st nicholas | st agnes | st martin | st ursula | st roch
flower: roses | lilies | irises | poppies | carnations | columbines | tulips
month: january | april | may | june | september | october | december
folio: 12r | 24v | 67r | 103v | 141r
trade: merchant | scholar | nun | musician | goldsmith | officer | peasant | monk
given: anna | johann | maria | giovanni | claude | elisabeth | pieter | louise
family: van der meulenhof | bentivogli | de la tournelle | ashcombe | weidlinger | morosetti |
    lindqvist | fontanelle
thing: fan | lute | letter | dog | book | glove | music
kin: wife | mother | father | sister | daughter | brother
hero: hector | brutus | socrates | leonidas | cato | orpheus | achilles | seneca
place: montelupo | saint-aubry | oosterbeek | castelverde | northport | veldhaven | argentelle |
    bellacqua | grünau | skarvik
virtue: justice | prudence | charity | faith | peace | fortitude
fruit: lemons | apples | peaches | plums | oranges | pears
"""


def _read(table: str) -> dict[str, tuple[str, ...]]:
    """Read `key: one | two | three`; lines that begin with a space go on."""
    entries: dict[str, tuple[str, ...]] = {}
    for entry in table.strip().replace("\n ", " ").splitlines():
        key, texts = entry.split(": ", maxsplit=1)
        entries[key] = tuple(text.strip() for text in texts.split("|"))
    return entries


TITLES = _read(_TITLES)
"""By scene; `{saint}` stands for one of the saints of `WORDS`."""

WORDS = _read(_WORDS)
"""By gap."""
