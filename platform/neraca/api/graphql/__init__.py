"""What can be read, as GraphQL: types, one SQL statement per list or thing, and a small handler."""
