"""The error that every check of a template raises."""

from catalog.errors import ArtcatError


class TemplateError(ArtcatError):
    """A template or its words that cannot be used; says where."""
