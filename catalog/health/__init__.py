"""Health checks of the environment and the home: each returns findings, with advice."""
