"""The door for programs: commands and events over HTTP, everything that is read over GraphQL."""
