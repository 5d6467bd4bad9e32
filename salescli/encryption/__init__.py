"""Encrypted data files and sealed exports: keys, connections, and how such files begin."""
