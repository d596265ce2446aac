"""Images from the web: allowed addresses, request rates, and how responses are handled."""
