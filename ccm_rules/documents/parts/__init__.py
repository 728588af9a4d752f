"""What documents of every kind are made of, whatever they are about."""
