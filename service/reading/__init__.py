"""Reading what others publish: addresses visited politely, and the entries of their RSS and Atom."""
