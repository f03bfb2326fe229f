"""Reads the configuration: the only room with I/O besides web and terminal.

The rooms web and terminal import it.
"""
