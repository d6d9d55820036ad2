"""The one orchestration: a pair in, layers out, with a ledger and a stream of events."""
