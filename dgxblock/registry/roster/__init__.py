"""Lists of trainees that staff upload before the trainees come: read, checked, looked at, and only then kept.

What a list says fills a trainee's form. It is never an identity and never a consent: those are the trainee's own.
"""
