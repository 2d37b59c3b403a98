"""A certification registry to practise with: contract v1 over HTTP, a database of its own, and a switch to misbehave.

It runs as a process of its own (``python -m dgxblock.demo.sandbox``) and shares nothing with the platform but the
contract. It issues no real certificates, and says so on every page.
"""
