"""What museums say of a hand that is not, or not surely, the artist's: `attributed to`, `after`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_QUALIFIER = (
    r"(?:(?:formerly |possibly |doubtfully |traditionally |perhaps |probably |here )?"
    r"(?:attributed|ascribed)(?: to)?|attrib\.?(?: to)?|attr\.?(?: to)?"
    r"|(?:probably|possibly|perhaps|maybe)(?: by)?"
    r"|(?:(?:from |by )?(?:a |an |the )?(?:late |close |immediate |anonymous |early )?)?"
    r"(?:workshop|studio|atelier|circle|followers?|imitators?|emulator|assistants?|pupils?|students?"
    r"|associates?|school|entourage|family|copyist|contemporary|forger)"
    r"(?: (?:of|to|de|du|des|di|(?-i:van))\b| d(?=['’]))?"
    r"|(?:in the )?(?:manner|style|tradition)(?: of)?|(?:a )?cop(?:y|ies)(?: after| of)?"
    r"|(?:closely |partly |freely |based )?after"
    r"(?: (?:a )?(?:designs?|drawings?|paintings?|models?|prints?) by)?"
    r"|designed by|engraved by|modell?ed by|forgery of|forgeries of"
    r"|attribuée?(?: [àa])?|d['’]apr[eè]s"
    r"|(?:suiveur|cercle|[ée]cole|mani[eè]re|élève)(?: de| du| d['’])?"
    r"|(?:atelier|entourage|copie)(?: de| d['’]apr[eè]s| d['’])"
    r"|zugeschrieben(?: an)?|werkstatt(?: des| der| von)?|umkreis(?: des| der| von)?"
    r"|nachfolger(?: des| von)?"
    r"|nachahmer(?: des| von)?|schule(?: des| von)?|sch[üu]ler(?: des| von)?|kopie nach|nach"
    r"|attribuit[oa](?: a)?|bottega(?: di)?|scuola(?: di)?|cerchia(?: di)?|seguace(?: di)?"
    r"|copia(?: da| di| de)?|maniera(?: di)?"
    r"|atribuid[oa](?: a)?|taller(?: de)?|c[íi]rculo(?: de)?|seguidor(?: de)?|escuela(?: de)?"
    r"|toegeschreven(?: aan)?|werkplaats(?: van)?|navolger(?: van)?|omgeving(?: van)?"
    r"|kring(?: van)?"
    r"|kopie naar|leerling(?: van)?|naar)"
)
_BEFORE = re.compile(rf"(?P<how>{_QUALIFIER})[ ]+(?=[^\s])", re.IGNORECASE)
_BEHIND = re.compile(
    rf"(?P<name>.+?)(?:,[ ]+(?P<a>{_QUALIFIER})|[ ]*[(\[](?P<b>{_QUALIFIER})[)\]])", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"(?P<name>.+?),?[ ]+[(]?(?P<how>(?:closely |freely )?(?:after|d['’]apr[eè]s|nach|naar))[ ]+"
    r"(?:(?:a |the )?(?:designs?|drawings?|paintings?|models?|prints?) by )?"
    r"(?P<model>[^\W\d_][^()]+)[)]?",
    re.IGNORECASE,
)
_WITH_OTHERS = re.compile(
    r"(?P<name>.+?),?[ ]+(?P<how>(?:and|&|with|und|et|e|y|en)[ ]+(?:his |her |the |zijn )?"
    r"(?:workshop|studio|assistants?|pupils?|others?|another|school|followers?|collaborators?"
    r"|circle|family|werkstatt|werkplaats|atelier|bottega|taller|aiuti|andere|autres)"
    r"|et al\.?|u\. ?a\.|e\.a\.)",
    re.IGNORECASE,
)
_DOUBTFUL = re.compile(r"(?P<name>.+?)[ ]*(?P<how>\?|\(\?\)|\[\?\])")
_COMPLETE = re.compile(
    r"(?:\b(?:of|to|by|after|de|du|des|der|von|di|da|a|à|aan|van|nach|naar)|d['’]|d['’]apr[eè]s"
    r"|attributed|ascribed|attrib\.?|attr\.?|probably|possibly|perhaps|zugeschrieben(?: an)?"
    r"|werkstatt|umkreis|nachfolger|nachahmer)$",
    re.IGNORECASE,
)
"""Words before a name that qualify it; `Studio Drift` and `Atelier Van Lieshout` are names."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose hand it might be, whose model it follows, or who led the hands: one name or two."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    """What stands before, between and behind the names."""

    def written(self, write: Callable[[str], str]) -> str:
        """The whole, with the names written in another way."""
        names = [*map(write, self.names), ""]
        return "".join(text + name for text, name in zip(self.texts, names, strict=True))


def read_attribution(name: str) -> Attribution | None:
    """Read a qualified name: `workshop of X`, `X (attributed to)`, `X, after Y`, `X and studio`.

    None for a name without a qualification.
    """
    before = _BEFORE.match(name)
    if before and _COMPLETE.search(before["how"]):
        how, rest = name[: before.end()], name[before.end() :]
        if deeper := read_attribution(rest):
            return Attribution(deeper.names, (how + deeper.texts[0], *deeper.texts[1:]))
        return Attribution((rest,), (how, ""))
    if behind := _BEHIND.fullmatch(name):
        return Attribution((behind["name"],), ("", f" ({behind['a'] or behind['b']})"))
    for pattern in (_WITH_OTHERS, _DOUBTFUL):
        if match := pattern.fullmatch(name):
            return Attribution((match["name"],), ("", name[match.end("name") :]))
    if match := _BETWEEN.fullmatch(name):
        between = name[match.end("name") : match.start("model")]
        names = (match["name"], match["model"].rstrip())
        return Attribution(names, ("", between, name[match.end("model") :]))
    return None
