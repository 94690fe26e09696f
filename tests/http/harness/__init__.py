"""What the http tests stand on: processes, servers, clients and the contract check."""
