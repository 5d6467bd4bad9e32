"""The tables, a file a family. A command imports the families it needs: each table class costs start-up time."""
