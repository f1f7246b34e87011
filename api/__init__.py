"""探访 (tanfang): visits to and care for elders in special difficulty, as one district runs them."""
