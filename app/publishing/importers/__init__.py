"""Importers: one module for each publisher's files, which reads them as seed forms. `docs/contribute.md` shows how."""
