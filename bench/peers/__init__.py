"""Other engines, used as their own documentation uses them, on the same rules.

`rules` takes the compiled program to what any engine with joins and negation can
say; `clips`, `asp` and `plain_durable` write it in the language of CLIPS, of clingo
and of durable-rules. Nothing here is part of the tool.
"""
