"""The one-command site: an XBlock workbench with dgxblock's apps, a small course and a sandbox registry beside it.

Never for production: anybody may be anybody here.
"""
