"""The wording of descriptions: Jinja2 templates and their words, artcat's own and a museum's."""
