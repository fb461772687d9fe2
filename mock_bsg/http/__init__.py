"""The server as a process has it: sockets, the way of a request, answers on the wire."""
