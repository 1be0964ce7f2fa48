"""`alicloud-snapshot report`: one self-contained HTML page about all snapshots of one or more regions.

`overview` judges, `timeline` and `chart` place it on a page, `page` renders it; nothing but `command` makes calls.
"""
