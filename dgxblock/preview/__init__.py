"""One case as its trainees see it, for an author who writes in an editor: on this machine only, gone when it ends.

Below the demo, which shares what any small host of our blocks needs (`headers`, `parts`, the browser's ``runtime.js``).
Unlike the demo it travels in the wheel: it needs nothing but the XBlock and the Django of the host.
"""
