"""durable-rules, behind a driver that keeps to what is safe, in a process of its own."""
