"""What an address encodes besides a mailbox."""
