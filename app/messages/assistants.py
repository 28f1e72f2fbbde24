"""Messages to assistants (MCP), besides those of problems: how to get the rest of a list, and what to install."""

ASSISTANTS: dict[str, dict[str, str]] = {
    "more-rows": {
        "en": "Rows given: {shown} of {total}. For the next ones, call this tool again with the same arguments and "
        "with page.next as cursor.",
        "fr": "Lignes données : {shown} sur {total}. Pour les suivantes, appelez de nouveau cet outil avec les mêmes "
        "arguments et avec page.next comme cursor.",
    },
    "unknown-tool": {
        "en": "There is no tool {name}. Tools: {known}.",
        "fr": "L’outil {name} n’existe pas. Outils : {known}.",
    },
    "mcp-not-installed": {
        "en": "dossier mcp needs the extra mcp: in a checkout of this service, run pip install .[mcp]",
        "fr": "dossier mcp a besoin du supplément mcp : dans une copie de travail de ce service, exécutez "
        "pip install .[mcp]",
    },
}
