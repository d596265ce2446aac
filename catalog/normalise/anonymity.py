"""Detection of anonymous makers (`Unknown photographer`), in several languages."""

from __future__ import annotations

import re

from catalog.normalise.nationalities import NATIONALITIES

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
_MAKERS = frozenset(
    """
    artist artists maker makers author authors artisan artisans craftsman creator designer
    photographer photographers painter sculptor engraver etcher printmaker printer publisher
    architect draftsman draughtsman illuminator miniaturist goldsmith silversmith potter weaver
    carver cabinetmaker lithographer calligrapher scribe studio manufacturer workshop master
    hand hands artiste artistes auteur auteurs peintre peintres sculpteur graveur photographe
    maître fabricant künstler künstlerin maler malerin meister bildhauer fotograf verfasser
    urheber autor autorin artista artisti autore autori pittore scultore incisore fotografo
    maestro autores pintor escultor fotógrafo grabador anônimos kunstenaar vervaardiger schilder
    meester maker fotograaf beeldhouwer tekenaar konstnär konstnären kunstner kunstneren
    taiteilija malíř autora umelec artysta malarz twórca művész szerző slikar художник автор
    мастер καλλιτέχνης ressam various diverse divers diversos diversi multiple several others
    many verschiedene verscheidene plusieurs varios vari is are not known recorded identified
    the a an by of to or and de del la le les der die das von school s century centuries early late
    mid possibly probably
    """.split()
)
_VARIOUS = frozenset(
    """various diverse divers vari plusieurs diversos diversi multiple several verschiedene
    verscheidene varios""".split()
)
_NOT_NAMED = re.compile(
    r"(?:artist|maker|author|photographer|name|künstler|auteur|creator)?s?\s*(?:is\s)?"
    r"(?:not (?:known|recorded|identified|given|stated|available|applicable|specified)"
    r"|non identifié[es]*|nicht bekannt|nicht identifiziert|niet bekend|non identificato"
    r"|no identificado|no consta|sem autor|sin autor|sans auteur|senza autore|ohne autor"
    r"|zonder auteur"
    r"|no (?:artist|author|maker)|geen|n/a|n\.a\.|nan|none|null|nil|na|tbd|s/n|<na>|#n/a)"
    r"(?:\s(?:artist|maker|author))?"
)
_WORD = re.compile(r"[^\W\d_]+")
_NATIONS = frozenset(word.casefold() for name in NATIONALITIES for word in _WORD.findall(name))
_CENTURY_WORDS = frozenset("st nd rd th century centuries c".split())
_EDGES = " .,;:-–—?()[]{}<>\"'`*/\\|"


def is_anonymous(name: str) -> bool:
    """Return whether a text names no one: `Unknown photographer`, `Künstler unbekannt`, `nan`.

    A word for unknown counts at the beginning, or beside words for makers, nations and times; a
    text in which it occurs elsewhere is a name.
    """
    plain = name.casefold().strip(_EDGES)
    if not plain or _NOT_NAMED.fullmatch(" ".join(plain.split())):
        return True
    words = _WORD.findall(plain)
    if not words:
        return True
    if words[0] in _UNKNOWN:
        return True
    rest = [word for word in words if word not in _UNKNOWN]
    if not all(word in _MAKERS or word in _NATIONS or word in _CENTURY_WORDS for word in rest):
        return False
    return len(rest) < len(words) or bool(_VARIOUS.intersection(words))
