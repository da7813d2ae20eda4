"""The engines that evaluate a compiled policy: one case explained, or a whole city at once."""
