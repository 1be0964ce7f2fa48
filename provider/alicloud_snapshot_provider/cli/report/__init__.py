"""`alicloud-snapshot report`: writes one self-contained HTML page about all snapshots of one or more regions.

`contents` judges, `timeline` and `chart` place things on the page, and `page` renders it. Only `command` makes calls.
"""
