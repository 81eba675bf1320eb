"""The durable work queue: rows in lanes, handled strictly in order within a lane, by whichever worker takes it."""
