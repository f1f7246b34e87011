"""The plan 涵民〔2023〕53号 in Python: pure rules over small facts; standard library only."""
