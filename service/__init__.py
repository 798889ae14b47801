"""The shell around `flows`: storage, phone network, web, and the one place where a turn happens."""

__version__ = "0.1.0"


def create_app() -> object:
    """The web application, for a WSGI server. Imported here: this package must cost nothing."""
    from service.web.opening import open_app

    return open_app()
