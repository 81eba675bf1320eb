"""Pictures of the programme: a journey with its steps and the ladders that ask about them."""
