"""What a text given for an artist names: no one, a place, a firm, a surname or a given name."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.normalise.attributions import TRADES
from catalog.normalise.nationalities import NATIONALITIES, is_nation, is_nationality
from catalog.vocabulary.regions import known_regions

PARTICLES = frozenset(
    """von van der den de del della dei degli di da dal du des la le les of the el y zu zum zur
    ten ter tom op af av i e lo il 't""".split()
)
_BEGIN_SURNAMES = PARTICLES | frozenset("st saint san sankt mac mc fitz do dos lo al d l o".split())
TITLE = re.compile(r"(?:sir|dame|fra|dr|mr|mrs|miss|ms|don|doña|rev)\.?", re.IGNORECASE)
"""Words that precede a given name."""
_TITLES = frozenset(
    "sir dame lord lady baron fra dr mr mrs miss ms don doña count st saint".split()
)
_ABBREVIATION = 2
"""Letters of a word in capitals that may be initials."""
_TRADES = TRADES | {"master"}
_SINGLE_NAMES = frozenset(
    """
    arman banksy brassaï brassai canaletto caravaggio césar christo correggio donatello giotto
    guercino leonardo man masaccio michelangelo nadar parmigianino perugino pontormo raphael
    raffaello rembrandt tintoretto titian ulay veronese verrocchio weegee
    """.split()
)
SUFFIX = re.compile(
    r"(?:the (?:Elder|Younger|Older|First|Second|Third)|Jr\b\.?|Sr\b\.?|Junior|Senior"
    r"|(?-i:[IVX]+)|père|fils"
    r"|d\. ?[ÄJ]\.|der (?:Ältere|Jüngere)|l['’]Ancien|l['’]Aîné|le (?:Vieux|Jeune)"
    r"|il (?:Vecchio|Giovane)|el (?:Viejo|Mozo)|de (?:Oude|Jonge))",
    re.IGNORECASE,
)
"""Suffixes that distinguish two people of the same name."""
HONOURS = re.compile(r"(?:P?R[AS]A?|ARA|RSA|Bart|Bt|OM|[COKMD]BE|Esq|MD|PhD|S\.?J|O\.?P)\.?")
"""Post-nominal letters."""
RANK = re.compile(
    r"(?:[0-9]+(?:st|nd|rd|th) )?(?:Earl|Duke|Duchess|Mar(?:quis|quess|chese)|Conte|Comte|Count"
    r"|Countess|Baron|Baroness|Viscount|Graf|Freiherr|Lord|Lady|Prince|Princess|King|Queen|Emperor)\b.*",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:co|company|cie|compagnie|inc|incorporated|ltd|limited|llc|gmbh|corp|corporation|bros"
    r"|brothers|fr[eè]res|gebr(?:üder|\.)|fratelli|(?:&|and) sons?|et fils|und söhne"
    r"|manufactory|manufacturing|manufacture|manufaktur|factory|fabriek|werkstätten?|foundry"
    r"|potter(?:y|ies)|press|publishers?|publishing|verlag|studios|collective|associates|partners"
    r"|architects|workshops|mills|mint|guild|works)\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[0-9]")
_INITIALS = re.compile(r"(?:(?:[^\W\d_]\.[ -]{0,2})+|(?:[^\W\d_][ ]){2,})(?=\w\w)")
_WORD = re.compile(r"[^\W\d_][^\s,]*")
_PARTS = re.compile(r"[,;/()\[\]]| (?:or|and) ")
_TIME = re.compile(
    r"(?:(?:early|mid|late|first|second|third|half|quarter|of|the|to|or|and|[0-9]+(?:st|nd|rd|th)?"
    r"|century|centuries|b\.?c\.?(?:e\.?)?|a\.?d\.?|c\.?e\.?|ca?\.?|[-–])(?:[ ]+|$|(?=[-–])))+"
)
_PEOPLE = re.compile(
    r".*\b(?:empire|kingdom|sultanate|caliphate|dynasty|period|culture|civilization|peoples?|tribe)"
)
_WHERE = re.compile(
    r"(?:probably|possibly|perhaps|ancient|the|north(?:ern)?|south(?:ern)?|east(?:ern)?"
    r"|west(?:ern)?|central|upper|lower|(?:democratic )?republic of|kingdom of)[ ]+"
)
_UNKNOWN = frozenset(
    """
    unknown undetermined indeterminate unidentified anonymous anonym anon unrecorded unattributed
    unnamed unsigned unassigned
    anonyme anonymes inconnu inconnue inconnus unbekannt unbekannte unbekannter unbekanntes unbek
    anonymer anonymus anonimo anónimo anonima anónima anônimo ignoto ignota ignoti sconosciuto
    sconosciuta desconocido desconocida desconhecido desconhecida anoniem anonieme onbekend
    onbekende okänd anonymt ukendt ubekendt ukjent tuntematon tundmatu neznámý neznámy neznámá
    neznamy nieznany nieznana anonimowy anonim ismeretlen necunoscut nepoznat neznan nežinomas
    nezināms неизвестен неизвестный неизвестная неизвестно невідомий аноним άγνωστος άγνωστη
    ανώνυμος bilinmiyor 不詳 作者不詳 佚名 無款 不明 作者不明 미상 작자미상
    """.split()
)
_VARIOUS = frozenset(
    """various diverse divers vari plusieurs diversos diversi multiple several verschiedene
    verscheidene varios""".split()
)
_MAKERS = _VARIOUS | frozenset(
    """
    artist artists maker makers author authors artisan artisans craftsman creator designer
    photographer photographers painter sculptor engraver etcher printmaker printer publisher
    architect draftsman draughtsman illuminator miniaturist goldsmith silversmith potter weaver
    carver cabinetmaker lithographer calligrapher scribe studio manufacturer workshop master
    hand hands artiste artistes auteur auteurs peintre peintres sculpteur graveur photographe
    maître fabricant künstler künstlerin maler malerin meister bildhauer fotograf verfasser
    urheber autor autorin artista artisti autore autori pittore scultore incisore fotografo
    maestro autores pintor escultor fotógrafo grabador anônimos kunstenaar vervaardiger schilder
    meester fotograaf beeldhouwer tekenaar konstnär konstnären kunstner kunstneren taiteilija
    malíř autora umelec artysta malarz twórca művész szerző slikar художник автор мастер
    καλλιτέχνης ressam others many is are not known recorded identified the a an by of to or and
    de del la le les der die das von school s century centuries early late mid possibly probably
    st nd rd th c
    """.split()
)
"""Words for makers and times, which name no one beside a word for unknown."""
_NOT_NAMED = re.compile(
    r"(?:artist|maker|author|photographer|name|künstler|auteur|creator)?s?\s*(?:is\s)?"
    r"(?:not (?:known|recorded|identified|given|stated|available|applicable|specified)"
    r"|non identifié[es]*|nicht bekannt|nicht identifiziert|niet bekend|non identificato"
    r"|no identificado|no consta|sem autor|sin autor|sans auteur|senza autore|ohne autor"
    r"|zonder auteur"
    r"|no (?:artist|author|maker)|geen|n/a|n\.a\.|nan|none|null|nil|na|tbd|s/n|<na>|#n/a)"
    r"(?:\s(?:artist|maker|author))?"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_NATIONS = frozenset(word.casefold() for name in NATIONALITIES for word in _LETTERS.findall(name))
_EDGES = " .,;:-–—?()[]{}<>\"'`*/\\|"
_GIVEN_NAMES = frozenset(
    """
    aaron abraham achille ada adam adele adolf anatole adolph adolphe adriaen adrian adriano agnes
    agostino alain alan albert alberto albrecht alessandro alex alexander alexandre alexei
    alfred alfredo alice alonso alphonse álvaro alvaro amadeo amedeo ambrosius amelia amy ana
    anders andré andre andrea andreas andrei andrew andy ángel angelica angelo anita ann anna
    anne anni annibale anselm ansel anthony antoine anton antoni antonio antony aristide armand
    arnold arthur artemisia arturo auguste augustus august balthasar barbara barnett
    bartholomeus bartolomé bartolomeo beatriz ben benedetto benjamin benvenuto bernd bernardo
    bernard berthe berenice bill blaise bob boris brett brice bruce bruno camille carel carl
    carla carlo carlos caroline caspar catharina catherine cecilia cecily charles charlotte
    chris christian christina christoph christophe christopher cindy clara claes claude claudio
    clyfford constant constantin cornelis cornelius cristóbal cy dan daniel daniele dante david
    dean denis diane dieter diego dirck domenico dominique donald dorothea dorothy edgar edgard
    édouard edouard eithne eduard eduardo edvard edward edwin egon eileen elaine eleanor elisabeth
    élisabeth elizabeth ella ellen ellsworth elsa emil émile emile emily emma emmanuel enrico
    enrique eric erich erik ernest ernst esteban étienne etienne eugène eugene eva evelyn fede
    federico félix felix ferdinand fernand fernando filippo filippino florence florine ford
    frances francesca francesco francis francisco franck françois francois françoise frank frans
    franz fred frédéric frederic frederick frida friedrich fritz gabriel gabriele gaspard gaspar
    gentile georg george georges georgia gerald gerard gerhard germaine giacomo gian gianlorenzo
    gino giorgio giovanni girolamo giulio giuseppe gordon govert grace grant gregor guido
    guillaume gustav gustave guy hannah hans harold harry heinrich helen helena helene hélène
    hendrick hendrik henri henry herbert hermann hieronymus hilla hilma honoré hubert hugo ian
    ignacio igor ilya ingrid irene isaac isabel isidre ivan jacob jacopo jacqueline jacques
    james jan jane jasper jean jeanne jeff jenny jérôme jerome joachim joan joanna johan johann
    johannes john jonathan jørgen jose josé josef joseph josephine joshua josiah juan juana
    juanita judith judy jules julia julian julie julio jusepe kara karel karin karl karla kate
    käthe katharina kathe kay kazimir keith kenneth kurt lajos lambert larry laura laurence
    lavinia lawrence lázár lázsló lee leo leon leonardo leonora léon leonor lewis liliana lily
    lisa lorenzo louis louise lovis luca lucas lucian lucien lucio lucy ludovico ludwig luigi
    luis luisa lyonel man manuel marc marcel marcello marco marcus margaret margherita margarita
    maria maría marie marina mario mariano mark marlene marsden marvin martha martin mary mathew
    mathias matteo matthew matthias maurice mauricio max maximilien melchior michael michel
    michelangelo michele miguel mikhail milton miriam mona morris nadia nan nancy natalia
    nathaniel niccolò nicola nicolaes nicolas niccolo nikolai nicholas nicole niki nina norman
    odilon olga oscar oskar otto pablo paul paula paulo paolo paulus pauline pedro peter petrus
    philip philippe philipp phyllis piero pierre piet pieter pietro pompeo rachel ralph ramón
    ramon raoul raphael rafael ray raymond rebecca reginald rembrandt rené renato rené ricardo
    richard robert roberto rodolfo roger rogier roland romare ronald rosa rosalba rosso roy
    rudolf ruth sally salomon salvador salvator samuel sandro sarah sean sébastien sebastian
    sebastiano serge sergei shirley sidney sigmar simon simone sofonisba sol sonia sophie
    stanley stefan stéphane stephen steve steven stuart susan susanna suzanne sylvia tamara
    teresa thea theo théodore theodore theodoor théo thérèse thomas tim timothy tina tiziano tom
    tommaso toni tracey umberto utagawa vanessa vasily victor victoria vija vilhelm vincent
    vincenzo viola virginia vito vittore vivian vladimir walker walter wassily wilhelm
    wilhelmina willem william winifred winslow wolfgang yves yvonne zoe
    """.split()
)
"""Common ones of Europe and the Americas. They only decide where a comma or an `y` could mean two
things; a name that is not here leaves the text as it is given."""


def is_anonymous(name: str) -> bool:
    """Return whether a text names no one: `Unknown photographer`, `Künstler unbekannt`, `nan`.

    A word for unknown counts at the beginning, or beside words for makers, nations and times; a
    text in which it occurs elsewhere is a name.
    """
    plain = name.casefold().strip(_EDGES)
    words = _LETTERS.findall(plain)
    if not words or words[0] in _UNKNOWN or _NOT_NAMED.fullmatch(" ".join(plain.split())):
        return True
    rest = [word for word in words if word not in _UNKNOWN]
    says_nothing = len(rest) < len(words) or not _VARIOUS.isdisjoint(words)
    return says_nothing and all(word in _MAKERS or word in _NATIONS for word in rest)


@lru_cache(50_000)
def is_place(text: str) -> bool:
    """Return whether a text names only places, peoples and times: `Athens`, `Italy, Florence`.

    One word before a country is taken for a town, `Nuremberg, Germany`, and whatever begins with no
    given name after one, `Iran, Isfahan`: no vocabulary has all towns.
    """
    parts = [part for each in _PARTS.split(text.casefold()) if (part := each.strip(" .?"))]
    where = [part for part in parts if not _TIME.fullmatch(part)]
    if not where or all(map(is_nationality, where)):
        return False
    first, *others = where
    countries = [part for part in where if is_nation(part) and not is_nationality(part)]
    ends_in_country = bool(others) and where[-1] in countries
    if ends_in_country and first.isalpha() and not is_known_by_one_name(first):
        return all(map(_is_one_place, others))
    if others and first in countries and not any(map(begins_with_given_name, others)):
        return True
    return all(map(_is_one_place, where))


def _is_one_place(part: str) -> bool:
    while shorter := _WHERE.match(part):
        part = part[shorter.end() :]
    if is_nation(part) or part in known_regions():
        return True
    return _PEOPLE.fullmatch(part) is not None and not begins_with_given_name(part)


def is_firm(text: str) -> bool:
    """Return whether a text names a firm: `Ames & Co., New York`."""
    return _FIRM.search(text) is not None


def is_trade(text: str) -> bool:
    """Return whether a text speaks of a trade and not of a person: `MEDIEVAL SCULPTOR`."""
    return any(word.casefold() in _TRADES for word in text.split())


def content_words(text: str) -> list[str]:
    """Return the words but for particles and titles, in small letters."""
    words = map(_bare, _WORD.findall(text))
    return [word for word in words if word not in PARTICLES and word not in _TITLES]


def _bare(word: str) -> str:
    return word.casefold().strip(".'’")


def is_full_name(text: str) -> bool:
    """Return whether a text is long enough for a given name and a surname."""
    is_long = len(content_words(text)) > 1 and text[0].isupper()
    return is_long and not RANK.fullmatch(text) and not _DIGIT.search(text)


def begins_with_given_name(text: str) -> bool:
    """Return whether the first word, a title apart, is a common given name."""
    return is_given_name(next(iter(content_words(text)), ""))


def begins_with_initials(text: str) -> bool:
    """Return whether initials precede a surname: `L S Lowry`, `J.M.W. Turner`, not `O Keeffe`."""
    return text[:1].isupper() and _INITIALS.match(text) is not None


def is_given_name(text: str) -> bool:
    """Return whether every word is a common given name, also `Jean-Baptiste`."""
    words = [part for word in content_words(text) for part in word.split("-")]
    return bool(words) and all(word in _GIVEN_NAMES for word in words)


def is_surname(text: str) -> bool:
    """Return whether a text before a comma is a surname: capitals, one word, or `van der X`."""
    if begins_with_initials(text):
        return False
    words = _WORD.findall(text)
    if any(word.isupper() and len(word) > _ABBREVIATION and "." not in word for word in words):
        return True
    begins = [_bare(word) in _BEGIN_SURNAMES for word in words]
    return begins.count(False) <= 1 + any(begins[:1])


def is_known_by_one_name(text: str) -> bool:
    """Return whether an artist goes by this one word: a comma after it may separate two artists."""
    return text.casefold() in _SINGLE_NAMES and not text.isupper()


def can_be_given(text: str) -> bool:
    """Return whether a text after a comma may be a given name: no trade, no country, no list."""
    words = text.split()
    if not words or _DIGIT.search(text) or is_nation(text):
        return False
    first = _bare(words[0])
    if not (text[0].isupper() or first in PARTICLES or first.startswith(("d'", "d’"))):
        return False
    return not any(word.casefold().strip(".") in _TRADES for word in words)
