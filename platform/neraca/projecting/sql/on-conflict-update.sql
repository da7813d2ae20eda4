on conflict ({conflict}) do update
set {replaced}
