"""Delivery: one exchange at a time, each with a durable mark before and a durable outcome after it."""
