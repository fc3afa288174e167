"""Jobs: the ledger of their events, their scratch branches, and the handoff to a reviewer."""
