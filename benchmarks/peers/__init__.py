"""The library and its peers, each in a process of its own.

`contenders` says who they are and what each is asked, `adapters` how it is asked, `worker` is the process that asks it,
`process` starts, times out and ends such processes, `interpreters` finds or makes the Pythons that they run in.
"""
