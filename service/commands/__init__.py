"""The groups of the `leadup` command, a file each."""
