"""Walking and riding distances, where a district has a street network.

`reading` takes a file apart, `network` holds the streets of a district and finds shortest paths (scipy), `nearest`
puts places in the order of their paths, `services` stores and removes a network. A district without one costs a
small query; whoever stands away from the network, or asks for a place away from it, is told the straight line.
"""
