"""The running program: doors (api, pages, scheduler, command line), verbs, store, analysis and mail."""
