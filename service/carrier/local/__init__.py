"""The local phone network: a stand-in for the carrier, in a process of its own.

Promise: speaks the carrier's REST API and webhooks over real HTTP as `docs/phone-network.md` says,
so that everything else in the service is the same code in practice, in tests and in production;
can be told to misbehave. It must not be reached by anything but HTTP: no other module of the
service imports from here, except the command line to start it and to text from a terminal.
"""
