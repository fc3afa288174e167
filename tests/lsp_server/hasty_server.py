"""The server with little patience, for editors that never send the change of an edit that they have answered."""

import workhorse_lsp_server.lean_types  # noqa: F401
from workhorse_lsp_server.features import serve
from workhorse_lsp_server.placement import Patience

if __name__ == "__main__":
    serve(patience=Patience(changed=0.1, silent=0.2))
