on conflict ({conflict}) do nothing
