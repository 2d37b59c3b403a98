"""The demo's pages and the addresses that blocks call."""
