"""Where a configuration comes from: the only room with I/O besides web and terminal.

The rooms web and terminal load configurations here.
"""
