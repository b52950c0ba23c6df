"""Ctrl-C is what it is at a terminal: a job in the background is started with the signal ignored, and an advance without end would not end."""
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
