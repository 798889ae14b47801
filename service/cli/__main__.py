"""`python -m service.cli ARGUMENTS`, where no console script is installed."""

from service.cli import main

main()
