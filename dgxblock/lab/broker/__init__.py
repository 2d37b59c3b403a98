"""Child processes for SQL and for uploaded files: small, bounded, killed when they are late, and used once.

    web worker --- unix socket --> broker --- socket pair --> child (one job, then it ends)

`client` runs in the web worker. It starts the broker by exec when there is none; a worker with threads never forks.
`server` is the broker: one process for each user of a host, one thread, it reads no job's content. It forks children
ahead of need, lets at most so many work at a time, and lets the others wait their turn (`turns`).
`child` gives up what it will not need, then reads one job, runs its function (`dgxblock.lab.jobs`) and answers.

`wire` is the form of the messages, `place` where the socket is and the settings from the environment.
"""
