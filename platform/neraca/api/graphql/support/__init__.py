"""What every type of the schema uses: context, limits, connections, the execution of a query."""
