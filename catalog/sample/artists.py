"""The cast: invented artists, as a museum's list of artists would have them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Artist:
    """One person; two persons may bear the same name."""

    name: str
    style: str
    born: int
    died: int
    base: str
    nationality: str
    school: str = "painter"
    directory: str = ""
    """Of the artist's pages, `letter/surname`: alike in all URLs."""
    dates: str = "life"
    """How born and died are written: `life`, `circa` or `active`."""


TABLE = """
Medieval
UNKNOWN MASTER, French|1180|1250|France|French|painter|active
GUIDUCCIO DA MONTELUPO|1270|1332|Siena|Italian|painter|circa
BONAVERI, Lippo|1301|1360|Bologna|Italian
FERRAU, Jaume|1338|1401|Barcelona|Spanish|painter|circa
ZDENĚK OF TREBONA|1335|1390|Prague|Bohemian|painter|active
MASTER OF THE THREE LILIES|1360|1415|Cologne|German|painter|active

Early Renaissance
MARCOVALDI, Neri|1402|1466|Florence|Italian
UGOLINI, Fra Benedetto|1410|1478|Florence|Italian|painter|circa
SASSOFORTE, Antonio di|1425|1489|Siena|Italian
ORSENIGO, Bartolomeo|1418|1480|Florence|Italian|sculptor
LANDUCCIO, Matteo|1440|1497|Ferrara|Italian
PIERO DI CASTELVERDE|1431|1492|Arezzo|Italian|painter|circa

Northern Renaissance
HAERENBEKE, Joos van|1412|1475|Bruges|Netherlandish|painter|circa
KESTENHOLZ, Hans|1478|1540|Nuremberg|German
OOSTVELT, Cornelis van|1490|1555|Antwerp|Flemish
VERMANDERE, Lieven|1440|1494|Ghent|Netherlandish
ŁUKASZEWICZ, Stanisław|1489|1550|Cracow|Polish|painter|circa
BRUNNTHALER, Wolf|1485|1546|Regensburg|German

High Renaissance
CORVETTI, Andrea|1482|1539|Florence|Italian
MORANDELLO, Giulio|1486|1544|Venice|Italian
SANTACROCE LOMBARDO|1470|1528|Milan|Italian|painter|circa
BALDESCHI, Vincenzo|1475|1531|Rome|Italian
PALTRINIERI, Francesco|1490|1535|Parma|Italian

Mannerism
ALBERTUCCI, Jacopo|1503|1562|Florence|Italian
FIGUEROSA, Luis de|1540|1603|Toledo|Spanish
BEAUVOISIN, Antoine de|1520|1584|Fontainebleau|French|painter|circa
KERKHOVE, Adriaan van|1558|1620|Haarlem|Dutch
TRIVULZI, Camillo|1532|1590|Parma|Italian
HOLTZAPFEL, Bartel|1549|1611|Prague|German

Baroque
MONTEVERGINE, Salvatore|1598|1656|Naples|Italian
VALMONT, Étienne|1641|1708|Paris|French
OOSTERBEEK, Willem van|1612|1671|Haarlem|Dutch
ROELANTS, Pieter|1601|1664|Antwerp|Flemish
FONTECCHIO, Lorenzo|1602|1674|Rome|Italian|sculptor
ZAMBRANEDA, Francisco de|1605|1669|Seville|Spanish
ČERNOHORSKÝ, Karel|1655|1722|Prague|Bohemian
HEUVEL, Joris de|1620|1685|TheHague|Dutch|painter|circa
CARDELLI, Guido|1589|1651|Bologna|Italian

Rococo
LA FONTENELLE, Jean-Baptiste de|1712|1780|Paris|French
VALMONT, Étienne|1702|1769|Lyon|French
GRIMALDESCHI, Pietro|1707|1785|Venice|Italian
HARGREAVE, Thomas|1727|1788|London|English
TASSENBERG, Anton|1724|1796|Vienna|Austrian
MAROLLES, Louis-Félix|1699|1761|Paris|French

Neoclassicism
DELACOURTE, Jacques|1752|1826|Paris|French
ABENDROTH, Asmus|1761|1828|Copenhagen|Danish
KRANZ, Heinrich|1771|1839|Berlin|German|sculptor
BERTOLUCCHI, Andrea|1758|1831|Rome|Italian
WHITCOMBE, Josiah|1749|1812|London|English

Romanticism
FALKENRIED, Carl Gustav|1779|1843|Dresden|German
PENHALLOW, William|1788|1854|London|English
GUERNEVAL, Théodore|1797|1861|Paris|French
ERDŐSI, Gábor|1809|1868|Pest|Hungarian
RYDBERGH, Anders|1801|1866|Stockholm|Swedish
VALDOSERA, Joaquín|1782|1849|Madrid|Spanish

Realism
DUMOUTIER, Rosalie|1824|1896|Barbizon|French
CARRIÈRES, Jules|1819|1878|Paris|French
SCHLEINITZ, Wilhelm|1841|1904|Munich|German
VOROBYOVSKY, Pyotr|1836|1897|Moscow|Russian
HALLORAN, Winslow|1838|1907|Boston|American
VEENSTRA, Anton van|1838|1901|TheHague|Dutch
PELLIZZARI, Telemaco|1830|1892|Livorno|Italian

Impressionism
BELLEVAL, Claude-Auguste|1842|1919|Paris|French
MORISSEAU, Hélène|1848|1903|Paris|French
THIERRY-DELAUNAY, Georges|1851|1912|Argenteuil|French
KROGSTRUP, Viggo|1853|1918|Skagen|Danish
LANGRISH, Edith|1856|1929|London|English
HATHAWAY, Frank|1859|1931|NewYork|American
CASTELLARNAU, Ramon|1860|1927|Barcelona|Spanish
LEROY-BEAUMONT, Berthe|1844|1899|Paris|French

Art Nouveau
KOLOUŠEK, Alois|1861|1936|Prague|Czech
VANDERSTRAETE, Henri|1866|1934|Brussels|Belgian
GLASSWELL, Margaret|1868|1932|Glasgow|Scottish
GUIMBERT, Achille|1867|1938|Paris|French|architect
HOFFENSTEIN, Koloman|1869|1921|Vienna|Austrian
TOURNIER-LALANNE, Eugène|1859|1927|Nancy|French
"""
"""By style, those with most works first. Étienne Valmont is two persons, of different styles."""

UNLISTED = (
    Artist("NOVELLARA, Ippolito", "Mannerism", 1528, 1587, "Mantua", "Italian"),
    Artist("WESTERDAHL, Nils", "Realism", 1833, 1890, "Oslo", "Norwegian"),
    Artist("DUPLESSIS-MORNY, Adèle", "Impressionism", 1850, 1911, "Paris", "French"),
)
"""Artists of works whom the list of artists does not have: their style is for a model to say."""


def cast(size: int) -> list[Artist]:
    """The first `size` artists of the table, shared out evenly among the styles."""
    people = _read(TABLE)
    count = Counter(artist.style for artist in people)
    seen: Counter[str] = Counter()
    order: list[tuple[float, int]] = []
    for number, artist in enumerate(people):
        order.append((seen[artist.style] / count[artist.style], number))
        seen[artist.style] += 1
    return [people[number] for number in sorted(number for _, number in sorted(order)[:size])]


def largest_cast() -> int:
    """How many artists the table has."""
    return len(_read(TABLE))


def unlisted() -> list[Artist]:
    """The artists who are not on the list, with their directories."""
    return [replace(artist, directory=directory(artist.name)) for artist in UNLISTED]


def lifespan(artist: Artist) -> str:
    """Born and died as the list of artists writes them: `(c. 1270-1332)`."""
    prefix = {"circa": "c. ", "active": "active "}.get(artist.dates, "")
    return f"({prefix}{artist.born}-{artist.died})"


def directory(name: str) -> str:
    """Directory of an artist's pages: first letter and eight letters of the surname."""
    surname = name.split(",", maxsplit=1)[0].translate(str.maketrans("Łł", "Ll"))
    plain = unicodedata.normalize("NFKD", surname).encode("ascii", "ignore").decode().lower()
    letters = "".join(letter for letter in plain if letter.isalpha())
    return f"{letters[0]}/{letters[:8]}"


def _read(table: str) -> list[Artist]:
    """Artists of the table; of two with one name the second gets a numbered directory."""
    people: list[Artist] = []
    used: Counter[str] = Counter()
    for block in table.strip().split("\n\n"):
        style, *lines = block.splitlines()
        for line in lines:
            name, born, died, base, nationality, *more = line.split("|")
            school, dates = (*more, "painter", "life")[:2] if more else ("painter", "life")
            place = directory(name)
            used[place] += 1
            if used[place] > 1:
                place += str(used[place])
            person = Artist(name, style, int(born), int(died), base, nationality, school, place)
            people.append(replace(person, dates=dates if len(more) > 1 else "life"))
    return people
